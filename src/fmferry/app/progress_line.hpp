// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/progress.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace fmferry {

// Shows on stderr what a run is doing while it lives: one line that is drawn again on a terminal,
// else a log line every 30 seconds. Results never go there.
class ProgressLine {
 public:
  ProgressLine(const Progress& progress, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void draw_until(const std::stop_token& stop);

  const Progress& progress_;
  bool terminal_;
  std::jthread drawer_;
};

// "export 1,204 of 6,664 · source width 4 of 4"; and why the pace is what it is.
[[nodiscard]] std::string state_text(const Progress& progress);
// "export 1,204 of 6,664 · 271 MB · 12.3 MB/s · 54/s · 1 min left · source width 4 of 4"
[[nodiscard]] std::string progress_text(const Progress& progress,
                                        std::chrono::milliseconds elapsed,
                                        std::int64_t done_at_start,
                                        std::int64_t bytes_at_start);
[[nodiscard]] std::string human_bytes(std::int64_t bytes);   // 1.2 GB, powers of 1000
[[nodiscard]] std::string human_span(double seconds);        // 45 s, 12 min, 2.5 h
[[nodiscard]] std::string with_commas(std::int64_t number);  // 1,234,567

}  // namespace fmferry
