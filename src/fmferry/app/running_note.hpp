// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/progress.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

namespace fmferry {

// What a run that is under way does and how its hosts are paced, in a small file beside the ledger
// (mode 0600), so that `status` in another terminal can tell. Written each second, taken away at
// the end; what a killed run leaves behind is too old to be believed.
class RunningNote {
 public:
  RunningNote(std::filesystem::path ledger, const Progress& progress);
  ~RunningNote();
  RunningNote(const RunningNote&) = delete;
  RunningNote& operator=(const RunningNote&) = delete;

 private:
  void write() const;

  const std::filesystem::path file_;
  const Progress& progress_;
  std::jthread writer_;
};

// The text of a run that is under way with this ledger: "export 1,204 of 6,664 · source width 1 of
// 8: 502 at 14:03:11, next try in 24 s". Nothing when there is no such run.
[[nodiscard]] std::optional<std::string> running_text(const std::filesystem::path& ledger);

}  // namespace fmferry
