// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>

namespace fmferry {

// What a command's end tells a script. Documented in docs/manual/exit-codes.md; values are a
// contract.
enum class ExitCode {
  success = 0,         // every record accounted for and verified
  failure = 1,         // any other error
  usage = 2,           // usage or configuration
  attention = 3,       // finished; some records are refused, corrupt, quarantined or not linked
  source_failing = 5,  // the source kept failing: run again later
  denied = 7,          // credentials, schema or rights
  budget = 8,          // the data budget is used up
  time_limit = 10,     // the time limit is reached
  busy = 11,           // another run holds the ledger
  interrupted = 130,   // resuming is safe
};

[[nodiscard]] ExitCode exit_code_for(const Error& error);

}  // namespace fmferry
