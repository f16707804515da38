// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/error.hpp>

namespace fmferry {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::in_doubt:
      return "in_doubt";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::budget:
      return "budget";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

Error Error::at(std::string_view subject) && {
  where = where.empty() ? std::string(subject) : std::string(subject) + ": " + where;
  return std::move(*this);
}

Disposition disposition_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
      return Disposition::wait_and_retry;
    case ErrorKind::in_doubt:
    case ErrorKind::conflict:
    case ErrorKind::corrupt:
      return Disposition::retry;
    case ErrorKind::not_found:
    case ErrorKind::invalid:
      return Disposition::give_up_item;
    case ErrorKind::denied:
    case ErrorKind::budget:
    case ErrorKind::busy:
    case ErrorKind::cancelled:
    case ErrorKind::internal:
      return Disposition::stop_run;
  }
  return Disposition::stop_run;
}

std::string to_line(const Error& error) {
  std::string line = error.where.empty() ? error.what : error.where + ": " + error.what;
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  return line;
}

}  // namespace fmferry
