// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace fmferry {

// A line that the bytes read from a source may not pass. A container of known length is begun only
// if it stays below, together with all that are under way; one of unknown length while less than
// the line was read, so that of those each worker may pass it by one file. Once one was refused,
// none is begun any more; what is under way may end. Thread-safe.
class ByteLine {
 public:
  struct Settings {
    std::string name{};      // "--max-bytes", for the message
    std::int64_t most{0};    // 0: no line, bytes are only counted
    std::int64_t before{0};  // read before; counts
    std::string advice{"the same command goes on from here"};
  };

  explicit ByteLine(Settings settings) : settings_(std::move(settings)) {}

  // A container under way.
  class Passage {
   public:
    Passage(ByteLine& line, std::int64_t reserved) : line_(line), reserved_(reserved) {}

    ~Passage();
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;

    void count(std::int64_t bytes);

   private:
    ByteLine& line_;
    std::int64_t reserved_;  // announced, and not read yet
  };

  // To be asked before each container. length: if it is known beforehand. `budget` when the line
  // is reached; else it counts as under way until the passage ends.
  Status begin(std::optional<std::int64_t> length);

  // Since it was made: without what was read before.
  [[nodiscard]] std::int64_t read() const;

 private:
  [[nodiscard]] Error refusal(std::optional<std::int64_t> length) const;

  const Settings settings_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::int64_t read_{0};
  std::int64_t reserved_{0};
  bool closed_{false};
};

}  // namespace fmferry
