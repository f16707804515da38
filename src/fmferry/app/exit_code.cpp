// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/exit_code.hpp>

namespace fmferry {

ExitCode exit_code_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
      return ExitCode::source_failing;
    case ErrorKind::denied:
    case ErrorKind::invalid:
      return ExitCode::denied;
    case ErrorKind::budget:
      return ExitCode::budget;
    case ErrorKind::busy:
      return ExitCode::busy;
    case ErrorKind::cancelled:
      return ExitCode::interrupted;
    case ErrorKind::not_found:
    case ErrorKind::in_doubt:
    case ErrorKind::conflict:
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      return ExitCode::failure;
  }
  return ExitCode::failure;
}

}  // namespace fmferry
