// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/finding.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/engine/verify.hpp>

#include <optional>
#include <vector>

namespace fmferry {

// One record as it is verified: the ledger's row, the record as the source shows it now, and what
// was found.
struct Subject {
  LedgerRow row{};
  std::optional<Record> now{};  // none: the source was not asked, or has it no more
  bool gone{false};             // the source says so, and the ledger does not know it
  std::vector<FindingKind> found{};
  bool hashed{false};
  bool reread{false};
  bool compared_md5{false};
  bool compared_length{false};
};

// Compares the object of a moved record with the ledger, and the ledger with the source. An error
// is one that concerns the whole run. Thread-safe for different subjects.
Status check_moved(const Job& job,
                   const VerifyOptions& options,
                   Subject& subject,
                   const CallContext& context);

}  // namespace fmferry
