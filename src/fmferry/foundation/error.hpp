// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

enum class ErrorKind {
  not_found,    // the other side said that it is not there; never a guess from a failed request
  throttled,    // asked to slow down (429, 503 SlowDown)
  unavailable,  // the service is down or falling over (502, 503, 504, reset, refused)
  timeout,      // no progress within the time allowed
  in_doubt,     // the request may have taken effect: look, then decide
  conflict,     // locked, changed meanwhile, or already there with other content
  corrupt,      // bytes are not what they claim to be
  denied,       // credentials or rights
  budget,       // an allowance is used up (data limit of the licence)
  invalid,      // the request, the configuration or the input is wrong
  busy,         // another run holds the ledger
  cancelled,    // asked to stop
  internal,     // a defect of ours, or a local resource (disk) gave out
};

[[nodiscard]] std::string_view name_of(ErrorKind kind);

struct Error {
  ErrorKind kind{ErrorKind::internal};
  std::string what{};   // one line, no secrets, no field values: what happened and what to do
  std::string where{};  // "fetch record 4711 image_Full"
  std::optional<std::chrono::milliseconds> retry_after{};  // the server's own wish
  int origin_code{0};  // HTTP status, FileMaker code, errno or SQLite code

  // The error with its subject put before what was there; said once, where the subject is known.
  [[nodiscard]] Error at(std::string_view subject) &&;
};

// What to do about an error. This function is the only place that decides.
enum class Disposition {
  wait_and_retry,  // the service's fault: wait it out, costs the record nothing
  retry,           // may be passing: costs the record one try
  give_up_item,    // this record cannot be done now
  stop_run,        // nothing will work until somebody mends something
};

[[nodiscard]] Disposition disposition_of(const Error& error);

// "where: what", on one line.
[[nodiscard]] std::string to_line(const Error& error);

}  // namespace fmferry
