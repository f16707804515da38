// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/log.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <cstdio>

namespace fmferry {
namespace {

constexpr std::chrono::milliseconds k_redraw{200};
constexpr std::chrono::seconds k_log_every{30};
constexpr std::string_view k_source = "source";  // shown also when all is well

}  // namespace

std::string human_span(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string human_bytes(std::int64_t bytes) {
  static constexpr std::array<std::string_view, 5> k_units{"B", "KB", "MB", "GB", "TB"};
  auto number = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (number >= 1000 && unit + 1 < k_units.size()) {
    number /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes)
                   : fmt::format("{:.{}f} {}", number, number < 10 ? 1 : 0, k_units.at(unit));
}

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

namespace {

std::string counts_text(const Progress& progress) {
  std::string text = fmt::format("{} {}", progress.phase(), with_commas(progress.done));
  if (progress.total > 0) text += " of " + with_commas(progress.total);
  return text;
}

std::string paces_text(const Progress& progress) {
  std::string text;
  if (progress.troubled > 0) text += fmt::format(" · {} to look at", progress.troubled.load());
  for (const auto& [host, pace] : progress.paces()) {
    if (pace.troubled || host == k_source) text += " · " + host + " " + redact(pace.text);
  }
  return text;
}

}  // namespace

std::string state_text(const Progress& progress) {
  return counts_text(progress) + paces_text(progress);
}

std::string progress_text(const Progress& progress,
                          std::chrono::milliseconds elapsed,
                          std::int64_t done_at_start,
                          std::int64_t bytes_at_start) {
  const std::int64_t done = progress.done;
  const std::int64_t total = progress.total;
  const double seconds = std::max(0.001, static_cast<double>(elapsed.count()) / 1000);
  const double rate = static_cast<double>(done - done_at_start) / seconds;
  std::string text = counts_text(progress);
  const std::int64_t bytes = progress.bytes - bytes_at_start;
  if (bytes > 0) {
    text += " · " + human_bytes(bytes) + " · " +
            human_bytes(static_cast<std::int64_t>(static_cast<double>(bytes) / seconds)) + "/s";
  }
  if (rate > 0) text += fmt::format(" · {:.0f}/s", rate);
  if (rate > 0 && total > done) {
    text += " · " + human_span(static_cast<double>(total - done) / rate) + " left";
  }
  return text + paces_text(progress);
}

ProgressLine::ProgressLine(const Progress& progress, bool quiet)
    : progress_(progress), terminal_(::isatty(STDERR_FILENO) == 1) {
  if (!quiet) {
    drawer_ = std::jthread([this](const std::stop_token& stop) { draw_until(stop); });
  }
}

ProgressLine::~ProgressLine() {
  if (!drawer_.joinable()) return;
  drawer_.request_stop();
  drawer_.join();
  if (terminal_) std::fputs("\r\x1b[K", stderr);
}

void ProgressLine::draw_until(const std::stop_token& stop) {
  SystemClock clock;
  auto phase = progress_.phase();
  auto since = clock.now();
  std::int64_t done = 0;
  std::int64_t bytes = progress_.bytes;
  auto last_log = clock.now();
  while (clock.sleep_for(k_redraw, stop)) {
    if (progress_.phase() != phase) {
      phase = progress_.phase();
      since = clock.now();
      done = progress_.done;
      bytes = progress_.bytes;
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - since);
    if (terminal_) {
      std::fprintf(stderr, "\r%s\x1b[K", progress_text(progress_, elapsed, done, bytes).c_str());
    } else if (clock.now() - last_log >= k_log_every) {
      last_log = clock.now();
      log(LogLevel::info, progress_text(progress_, elapsed, done, bytes));
    }
  }
}

}  // namespace fmferry
