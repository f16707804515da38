// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <filesystem>
#include <memory>

namespace fmferry {

// A new folder that nobody else may look into, below $TMPDIR or /tmp. The caller removes it.
[[nodiscard]] Result<std::filesystem::path> make_temporary_folder();

// A ledger to rehearse on: a copy of the one that is there, or the place for a new one, in a
// temporary folder that nobody else may look into. All of it is gone with this object.
class ScratchLedger {
 public:
  static Result<std::unique_ptr<ScratchLedger>> make(const std::filesystem::path& original);
  ~ScratchLedger();
  ScratchLedger(const ScratchLedger&) = delete;
  ScratchLedger& operator=(const ScratchLedger&) = delete;

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "fmferry.db"; }

 private:
  explicit ScratchLedger(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path folder_;
};

}  // namespace fmferry
