// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace fmferry {

// Rests for a host that falls over after it has served so much, whatever the width: it loses
// memory with every body. One collapse says nothing; when the next comes after as many downloads,
// or as many bytes, the host gets a rest before it is that far. Halved when it falls over all the
// same, with longer rests, and given up when that was in vain twice: resting does not help such a
// host. A tenth more after three rests that went well, but never close to what is known to be too
// much. Not thread-safe.
class VolumeRest {
 public:
  struct Volume {
    std::int64_t downloads{0};
    std::int64_t bytes{0};
  };

  explicit VolumeRest(std::chrono::milliseconds first_rest = std::chrono::seconds(20))
      : rest_(first_rest), longest_rest_(3 * first_rest) {}

  void note_download() { ++served_.downloads; }

  void note_bytes(std::int64_t bytes) { served_.bytes += bytes; }

  // The host fell over.
  void note_collapse();
  // How long to rest now, if at all; the count begins anew with it.
  std::optional<std::chrono::milliseconds> take_rest();

  // What it may serve between two rests; nothing in it: no rests (yet).
  [[nodiscard]] Volume limit() const { return limit_; }

  [[nodiscard]] Volume served() const { return served_; }

 private:
  void learn(Volume before, Volume now);

  Volume served_{};  // since the last rest or collapse
  Volume last_collapse_{};
  Volume limit_{};
  Volume too_much_{};
  int clean_rests_{0};
  int in_vain_{0};
  std::chrono::milliseconds rest_;
  std::chrono::milliseconds longest_rest_;
};

}  // namespace fmferry
