// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/authorization.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace fmferry {

// How to reach one layout of a hosted FileMaker solution over the Data API.
struct DataApiOptions {
  std::string server{};    // https://host[:port]; plain http only to loopback
  std::string database{};  // without .fmp12; case counts
  std::string layout{};
  std::shared_ptr<Authorization> authorization{};  // for logging in
  // "photo" is the first repetition, "photo(2)" the second. Empty: every container of the layout
  // that is not global, each repetition on its own.
  std::vector<std::string> containers{};
  std::vector<std::string> fields{};          // to read as text; empty: all that are no containers
  std::vector<std::string> written_fields{};  // mark and stamp; check() proves that they are there
  std::string ca_file{};                      // PEM; empty: the system's
  bool insecure{false};                       // no TLS verification; refused but for loopback
  std::string version{"vLatest"};
  int max_sessions{4};  // each one takes a connection of the licence
  int page_size{100};
  bool parts{true};  // ask for the beginning of a file where no more of it is wanted
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds stall_timeout{60};
  std::chrono::seconds script_timeout{900};        // a script sends nothing before its end
  std::chrono::minutes idle_limit{14};             // the server forgets a session after 15
  std::chrono::milliseconds close_timeout{3'000};  // for each step of logging out
};

}  // namespace fmferry
