// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <functional>
#include <map>
#include <string>

namespace fmferry {

struct VerifyOptions {
  bool deep{false};       // read every object again and hash it
  bool ask_source{true};  // compare the ledger's count with the source's
};

struct VerifyReport {
  std::int64_t checked{0};  // moved records
  std::int64_t hashed{0};   // of these, those whose SHA-256 was compared
  std::int64_t rows{0};     // catalogue rows compared
  std::int64_t source_count{-1};
  std::int64_t ledger_count{0};
  std::map<std::string, std::int64_t> findings{};  // by kind; empty: all is well
};

// One finding: which record, and its kind: object_missing, object_length, object_hash, row_missing,
// row_differs, count_differs (record 0).
using FindingSink = std::function<void(RecordId, std::string_view kind)>;

// Compares ledger, store, catalogue and the source's count. Changes nothing.
Result<VerifyReport> verify(const Job& job,
                            const VerifyOptions& options,
                            const FindingSink& tell,
                            const CallContext& context);

}  // namespace fmferry
