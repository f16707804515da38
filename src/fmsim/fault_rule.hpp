// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/route.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fmsim {

// What a rule does to a request that it hits. docs/formats/fault-script.md has the words.
enum class FaultAction : std::uint8_t {
  reply,
  cut,
  flip,
  delay,
  hang,
  drop_connection,
  drop_reply,
  expire_sessions,
  stale_url,
  drop_cookie,
  content_type,
  control_characters,
  duplicate_ids,
  delete_record,
  delete_position,
  append_record,
  lock_record,
  location,
  data_limit,
  crash,
  rate,
};

struct Fault {
  FaultAction action{FaultAction::reply};
  int status{0};                      // reply
  int error_code{0};                  // reply with the engine's envelope when not 0
  double share{0};                    // cut, flip: 0 to 1
  bool without_length{false};         // cut
  std::chrono::milliseconds time{0};  // delay, crash
  std::uint64_t number{0};            // record id, position, bytes a second
  std::string text{};                 // content type, kind of location
};

// When a matching request is hit. Hits count matching requests from 1.
struct FaultTiming {
  std::uint64_t first{1};
  std::uint64_t last{1};
  std::uint64_t every{1};
  std::chrono::milliseconds from{0};
  std::chrono::milliseconds until{std::chrono::milliseconds::max()};
  double chance{1};
};

inline constexpr std::uint64_t k_no_end = std::numeric_limits<std::uint64_t>::max();

// Which requests a rule looks at. Empty parts match anything.
struct FaultTarget {
  std::string method;
  std::string path;  // glob: * within a segment, ** across
  std::string kind;  // any of the names of route.hpp, or container, redirect, engine, a door
  std::string table;
  std::string record_id;
  std::string field;
};

struct FaultRule {
  std::size_t line{0};
  std::string source;
  FaultTarget target;
  FaultTiming timing;
  Fault fault;
};

// The rules of a script, or one line that says what is wrong and where.
std::variant<std::vector<FaultRule>, std::string> read_fault_script(const std::string& script);

// What is known of a request before it is answered.
struct FaultSubject {
  std::string method;
  std::string path;
  RouteKind kind{RouteKind::unknown};
  int hop{0};  // of a container download: 1 is answered with a redirect, 2 with bytes
  std::string layout;
  std::string record_id;
  std::string field;
  Door door{Door::data_api};
};

[[nodiscard]] bool matches(const FaultRule& rule, const FaultSubject& subject);

}  // namespace fmsim
