// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/picture.hpp>
#include <fmsim/route.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fmsim {

// Counts how many are inside, and remembers the most.
class Gauge {
 public:
  std::uint64_t enter();

  void leave() { --now_; }

  [[nodiscard]] std::uint64_t now() const { return now_; }

  [[nodiscard]] std::uint64_t peak() const { return peak_; }

  void reset_peak() { peak_ = now_.load(); }

 private:
  std::atomic<std::uint64_t> now_{0};
  std::atomic<std::uint64_t> peak_{0};
};

// A container that was delivered to its last byte.
struct Served {
  Door door{Door::data_api};
  std::uint64_t record_id{0};
  std::size_t container{0};
  std::size_t bytes{0};
  std::shared_ptr<const Picture> picture;
  std::optional<std::size_t> flipped;  // a fault has changed this byte

  // Of what was sent. Computed only now: serving must not wait for it.
  [[nodiscard]] std::string sha256() const;
};

// What goes on at one door.
struct DoorStats {
  Gauge width;
  std::array<std::atomic<std::uint64_t>, k_route_kinds> requests{};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> container_bytes{0};
  std::atomic<std::uint64_t> downloads_completed{0};
  std::atomic<std::uint64_t> parts_completed{0};  // not among the downloads
  std::atomic<std::uint64_t> batched{0};          // requests inside batches
  std::atomic<std::uint64_t> crashes{0};

  void reset();
};

// What tests ask about a client's manners. Thread-safe.
class Stats {
 public:
  Gauge width;      // FileMaker requests being answered
  Gauge downloads;  // containers being sent
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> downloads_completed{0};
  std::atomic<std::uint64_t> downloads_started{0};
  std::atomic<std::uint64_t> crashes{0};
  std::atomic<std::uint64_t> pushes_completed{0};  // uploads that a store took from a script
  std::atomic<std::uint64_t> pushed_bytes{0};      // not among bytes_out: no door was used

  [[nodiscard]] DoorStats& at(Door door) { return doors_[static_cast<std::size_t>(door)]; }

  void count(Door door, RouteKind kind) { ++at(door).requests[static_cast<std::size_t>(kind)]; }

  // `hop` 1 was answered with a redirect, 2 with bytes.
  void count_hop(int hop) { ++hops_[hop == 1 ? 0 : 1]; }

  void add_served(Served served);
  [[nodiscard]] std::vector<Served> served() const;

  // A JSON object with a number for each kind of request at that door.
  [[nodiscard]] std::string requests_json(Door door) const;

  // A JSON object with what went through each door.
  [[nodiscard]] std::string doors_json() const;

  void reset();

 private:
  std::array<DoorStats, k_doors> doors_;
  std::array<std::atomic<std::uint64_t>, 2> hops_{};
  mutable std::mutex mutex_;
  std::vector<Served> served_;
};

}  // namespace fmsim
