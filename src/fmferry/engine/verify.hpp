// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/finding.hpp>
#include <fmferry/engine/job.hpp>

#include <functional>
#include <map>
#include <string>

namespace fmferry {

struct VerifyOptions {
  bool deep{false};           // read every object again and hash it
  bool reread_source{false};  // read the containers at the source again and hash them
  bool ask_source{true};      // list the source, and compare each record with the ledger
  double sample{1.0};         // the part of the records that deep and reread_source are for
  std::uint64_t seed{0};      // which part: the same seed, the same records
  // Keys under the template's fixed part that are no orphans though no record owns them.
  std::function<bool(const std::string& key)> is_own{};
  SymbolSink symbols{};
};

struct VerifyReport {
  std::int64_t checked{0};   // moved records
  std::int64_t hashed{0};    // of these, those whose object's SHA-256 was compared
  std::int64_t reread{0};    // of these, those whose container was read again at the source
  std::int64_t md5s{0};      // of these, those compared with FileMaker's own MD5
  std::int64_t lengths{0};   // of these, those compared with FileMaker's own length
  std::int64_t rows{0};      // catalogue rows compared
  std::int64_t objects{-1};  // listed in the store
  std::int64_t source_count{-1};
  std::int64_t ledger_count{0};
  std::map<std::string, std::int64_t> findings{};  // by kind
  Verdict verdict{Verdict::ok};                    // the worst of all findings
};

// Compares source, ledger, store and catalogue. Changes nothing. `tell` is called by one thread at
// a time. Memory does not grow with the number of records.
Result<VerifyReport> verify(const Job& job,
                            const VerifyOptions& options,
                            const FindingSink& tell,
                            const CallContext& context);

// Whether a record is in the sample.
[[nodiscard]] bool in_sample(RecordId record_id, std::uint64_t seed, double part);

}  // namespace fmferry
