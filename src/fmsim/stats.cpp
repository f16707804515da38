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

std::string Stats::requests_json() const {
  std::string json = "{";
  for (std::size_t i = 0; i < k_route_kinds; ++i) {
    const auto kind = static_cast<RouteKind>(i);
    if (kind == RouteKind::stream) continue;
    append_raw_member(json, name_of(kind), std::to_string(requests_[i]));
  }
  append_raw_member(json, "redirect", std::to_string(hops_[0]));
  append_raw_member(json, "container", std::to_string(hops_[1]));
  return json + "}";
}

void Stats::reset() {
  width.reset_peak();
  downloads.reset_peak();
  bytes_out = 0;
  downloads_completed = 0;
  downloads_started = 0;
  crashes = 0;
  for (auto& requests : requests_) requests = 0;
  for (auto& hops : hops_) hops = 0;
  const std::scoped_lock lock(mutex_);
  served_.clear();
}

}  // namespace fmsim
