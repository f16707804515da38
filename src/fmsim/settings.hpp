// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace fmsim {

// Which clinic is served.
struct ClinicSettings {
  std::uint64_t records{6664};
  std::uint64_t seed{1};
  std::string corpus{"made"};
  bool full_size{false};
};

// What a Claris ID needs besides its password.
enum class SecondFactor : std::uint8_t { none, sms, app };

// FileMaker Cloud: the server takes Claris IDs only, and the simulator plays Claris' sign-in too.
struct CloudSettings {
  bool on{false};
  std::chrono::seconds token_life{3600};  // of id tokens
  SecondFactor factor{SecondFactor::none};
  std::string code{"424242"};           // always the same, so that a test can type it
  bool sessions_end_with_token{false};  // the Data API's; nobody has written it down
};

// How the server behaves; the defaults are a healthy FileMaker Server 19.3.2 or later.
struct ServerSettings {
  std::string user{"api"};
  std::string password{"made-up-only"};
  std::chrono::seconds url_ttl{60};
  std::chrono::seconds session_idle{900};
  std::size_t max_sessions{50};
  int session_limit_code{956};
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds latency_growth{0};  // more for each further request in flight
  int authenticated_stream{1};
  bool absolute_location{false};
  std::uint64_t max_width{0};   // 0: no limit
  std::uint64_t data_limit{0};  // bytes; 0: no limit
  bool dirty_json{false};
  bool plain{false};
  std::uint64_t crash_after_downloads{0};
  std::uint64_t crash_after_bytes{0};
  std::chrono::seconds down{120};
  CloudSettings cloud;
};

struct ServeSettings {
  std::string folder;
  int port{0};
  bool fresh{false};
  std::vector<std::string> fault_files;
};

}  // namespace fmsim
