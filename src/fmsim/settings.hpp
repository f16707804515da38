// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
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

// What an empty container answers to $value: nobody has written it down.
enum class EmptyValue : std::uint8_t { no_content, not_found, zero_bytes, words };

// How the OData engine behaves. What depends on FileMaker Server's version follows `engine` unless
// it is set.
struct ODataSettings {
  int engine{22};                        // 20, 21 or 22
  std::string occurrence{"API_Images"};  // what the solution calls its table of images
  bool id_is_key{true};                  // else records are addressed by ROWID alone
  std::optional<bool> new_names;         // 4.01's @count, else 4.0's @odata.count
  std::optional<bool> streams;           // containers are Edm.Stream, else Edm.Binary
  std::optional<bool> counts;            // whether /$count works
  bool filters_containers{false};        // whether `image_Full ne null` works
  bool skips_locked{false};              // an edit by filter leaves locked records out
  bool plain_script_result{false};       // scriptResult and scriptError as strings
  EmptyValue empty{EmptyValue::no_content};
  std::uint64_t page{10'000};  // rows before a next link; 0: all
  std::string offset{"Z"};     // the host's, as +10:00
  bool dirty_controls{false};  // raw control characters
  bool dirty_nul{false};
  bool dirty_numbers{false};  // a bare ? instead of a number
  std::uint64_t max_uri{2000};
  std::uint64_t crash_after_downloads{0};
  std::uint64_t crash_after_bytes{0};
  std::chrono::seconds down{120};

  [[nodiscard]] bool has_new_names() const { return new_names.value_or(engine >= 21); }

  [[nodiscard]] bool has_streams() const { return streams.value_or(engine == 21); }

  [[nodiscard]] bool answers_count() const { return counts.value_or(engine < 22); }
};

// How the server behaves; the defaults are a healthy FileMaker Server 19.3.2 or later.
struct ServerSettings {
  std::string user{"api"};
  std::string password{"made-up-only"};
  bool has_fmrest{true};   // the account's extended privileges: without, the login fails ...
  bool has_fmodata{true};  // ... as with a wrong password
  std::chrono::seconds clock_ahead{0};  // of this machine's, as the header Date tells
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
  bool parts{false};        // sends the beginning of a file where a Range asks for it
  std::string script_ca{};  // whom scripts believe that upload by https; empty: the system's
  bool plain{false};
  std::uint64_t crash_after_downloads{0};
  std::uint64_t crash_after_bytes{0};
  std::chrono::seconds down{120};
  CloudSettings cloud;
  ODataSettings odata;
  std::chrono::seconds recovers_after{0};
};

struct ServeSettings {
  std::string folder;
  int port{0};
  bool fresh{false};
  std::vector<std::string> fault_files;
  std::vector<std::string> script_files;
};

}  // namespace fmsim
