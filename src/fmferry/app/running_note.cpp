// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/running_note.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/file.hpp>

#include <fcntl.h>

namespace fmferry {
namespace {

constexpr std::chrono::seconds k_every{1};
constexpr std::chrono::seconds k_believed_for{10};
constexpr std::size_t k_longest = 65'536;

std::filesystem::path note_of(const std::filesystem::path& ledger) {
  return ledger.string() + ".running";
}

}  // namespace

RunningNote::RunningNote(std::filesystem::path ledger, const Progress& progress)
    : file_(note_of(ledger)), progress_(progress), writer_([this](const std::stop_token& stop) {
        SystemClock clock;
        do {
          write();
        } while (clock.sleep_for(k_every, stop));
      }) {}

RunningNote::~RunningNote() {
  writer_.request_stop();
  writer_.join();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

// Not made durable: it is worth nothing after a crash. A disk that is full spoils it and no more.
void RunningNote::write() const {
  const std::string text = state_text(progress_);
  const std::filesystem::path fresh = file_.string() + ".new";
  const FileHandle file(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open() || !write_all(file.get(), text)) return;
  std::error_code ignored;
  std::filesystem::rename(fresh, file_, ignored);
}

std::optional<std::string> running_text(const std::filesystem::path& ledger) {
  std::error_code none;
  const auto written = std::filesystem::last_write_time(note_of(ledger), none);
  if (none || std::filesystem::file_time_type::clock::now() - written > k_believed_for) {
    return std::nullopt;
  }
  const auto text = read_file(note_of(ledger), k_longest);
  if (!text || text->empty()) return std::nullopt;
  return *text;
}

}  // namespace fmferry
