// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/finder.hpp>
#include <fmsim/target.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace fmsim {

// A request cannot be served; the catcher answers with this code. Thrown by the readers below and
// caught in DataApi::handle alone.
struct Refusal {
  int error_code{0};
  std::string message{};  // instead of the code's own text
  int http_status{0};     // instead of the code's own status
  bool page{false};       // the gateway's page with that status instead of an envelope
};

// Parameters of a query or the members of a body, by one set of names: the query's leading
// underscores are gone. JSON values that are not strings are kept as JSON text.
using Parameters = std::map<std::string, std::string>;

Parameters from_query(const Target& target);
Parameters from_body(const nlohmann::json& body);

struct ScriptCall {
  std::string name;
  std::string parameter;
};

// The scripts to run around a request, in the engine's order.
struct ScriptCalls {
  std::optional<ScriptCall> prerequest;
  std::optional<ScriptCall> presort;
  std::optional<ScriptCall> after;
};

struct ReadOptions {
  std::uint64_t offset{1};
  std::uint64_t limit{100};
  std::vector<SortKey> sort;
  std::optional<std::set<std::string>> portals;  // not set: all
  std::uint64_t portal_offset{1};
  std::uint64_t portal_limit{50};
  const Layout* shape{nullptr};
  DateStyle dates{DateStyle::us};
  ScriptCalls scripts;
};

// `known` are the parameters that this endpoint takes besides those for reading; anything else is
// refused with 960.
ReadOptions read_options(const Parameters& given,
                         const Layout& layout,
                         const std::set<std::string>& known);

// Only scripts and dateformats, for writes.
ReadOptions write_options(const Parameters& given,
                          const Layout& layout,
                          const std::set<std::string>& known);

// The body as a JSON object; refused with 400 when it is none, with 415 when it is not announced
// so.
nlohmann::json read_body(const std::string& body, const std::string& content_type);

}  // namespace fmsim
