// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/stats.hpp>

#include <utility>

namespace fmsim {

std::uint64_t Gauge::enter() {
  const std::uint64_t inside = ++now_;
  std::uint64_t most = peak_;
  while (most < inside && !peak_.compare_exchange_weak(most, inside)) {
  }
  return inside;
}

std::string Served::sha256() const {
  if (!flipped) return picture->sha256();
  std::string sent = picture->copy();
  sent[*flipped] = static_cast<char>(sent[*flipped] ^ 1);
  Sha256 hash;
  hash.add(sent);
  return hash.hex();
}

void Stats::add_served(Served served) {
  const std::scoped_lock lock(mutex_);
  served_.push_back(std::move(served));
}

std::vector<Served> Stats::served() const {
  const std::scoped_lock lock(mutex_);
  return served_;
}

std::string Stats::requests_json(Door door) const {
  const DoorStats& stats = doors_[static_cast<std::size_t>(door)];
  std::string json = "{";
  for (std::size_t i = 0; i < k_route_kinds; ++i) {
    const auto kind = static_cast<RouteKind>(i);
    if (kind == RouteKind::stream) continue;
    append_raw_member(json, name_of(kind), std::to_string(stats.requests[i]));
  }
  if (door == Door::odata) {
    constexpr auto k_stream = static_cast<std::size_t>(RouteKind::stream);
    append_raw_member(json, "container", std::to_string(stats.requests[k_stream]));
    return json + "}";
  }
  append_raw_member(json, "redirect", std::to_string(hops_[0]));
  append_raw_member(json, "container", std::to_string(hops_[1]));
  return json + "}";
}

std::string Stats::doors_json() const {
  std::string json = "{";
  for (std::size_t i = 0; i < k_doors; ++i) {
    const DoorStats& stats = doors_[i];
    std::uint64_t requests = 0;
    for (std::size_t kind = 0; kind < k_route_kinds; ++kind) {
      if (static_cast<RouteKind>(kind) != RouteKind::push) requests += stats.requests[kind];
    }
    std::string door = "{";
    append_raw_member(door, "requests", std::to_string(requests));
    append_raw_member(door, "batched", std::to_string(stats.batched));
    append_raw_member(door, "peak_width", std::to_string(stats.width.peak()));
    append_raw_member(door, "bytes_out", std::to_string(stats.bytes_out));
    append_raw_member(door, "container_bytes", std::to_string(stats.container_bytes));
    append_raw_member(door, "parts_completed", std::to_string(stats.parts_completed));
    append_raw_member(door, "downloads_completed", std::to_string(stats.downloads_completed));
    append_raw_member(door, "crashes", std::to_string(stats.crashes));
    append_raw_member(json, name_of(static_cast<Door>(i)), door + "}");
  }
  return json + "}";
}

void DoorStats::reset() {
  width.reset_peak();
  for (auto& each : requests) each = 0;
  bytes_out = 0;
  container_bytes = 0;
  parts_completed = 0;
  downloads_completed = 0;
  batched = 0;
  crashes = 0;
}

void Stats::reset() {
  width.reset_peak();
  downloads.reset_peak();
  bytes_out = 0;
  downloads_completed = 0;
  downloads_started = 0;
  crashes = 0;
  pushes_completed = 0;
  pushed_bytes = 0;
  for (auto& door : doors_) door.reset();
  for (auto& hops : hops_) hops = 0;
  const std::scoped_lock lock(mutex_);
  served_.clear();
}

}  // namespace fmsim
