// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/ledger.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace fmferry {

// The ledger in one SQLite file (WAL, synchronous=FULL), mode 0600. The format, enough to write a
// second reader, is docs/formats/ledger.md.
//
// Writing takes an exclusive lock on FILE.lock, which the system drops when the process ends,
// however it ends; a second writer gets `busy`. Readers never block and are never blocked.
class SqliteLedger {
 public:
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& file,
                                              std::shared_ptr<Clock> clock);
  // Calls that would write fail with `denied`. `not_found` when there is no ledger yet.
  static Result<std::unique_ptr<Ledger>> open_read_only(const std::filesystem::path& file,
                                                        std::shared_ptr<Clock> clock);
};

// A consistent copy, also while a run writes; `to` must not exist. For dry runs.
Status copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to);

struct LedgerCheck {
  std::int64_t events{0};
  std::int64_t records{0};
  std::string finding{};  // empty: everything agrees; else the first thing that does not
};

// Proves the file: SQLite's own integrity, the hash chain from the first event to the recorded
// head, and that each record's row is what its events say. An error means that the file could not
// be read; a finding is an answer.
[[nodiscard]] Result<LedgerCheck> check_ledger(const std::filesystem::path& file);

}  // namespace fmferry
