// SPDX-License-Identifier: Apache-2.0
#include <fmsim/outage.hpp>

#include <utility>

namespace fmsim {

Outage::Outage(Limits limits, std::function<void()> on_crash)
    : limits_(limits), on_crash_(std::move(on_crash)) {}

bool Outage::is_down(Time now) {
  if (!down_) return false;
  const std::scoped_lock lock(mutex_);
  if (now >= up_again_) down_ = false;
  return down_;
}

void Outage::crash(std::chrono::seconds down, Time now) {
  {
    const std::scoped_lock lock(mutex_);
    up_again_ = now + down;
    down_ = true;
    downloads_ = 0;
    bytes_ = 0;
    ++epoch_;
  }
  on_crash_();
}

void Outage::note_request(Time now) {
  if (limits_.recovers_after.count() == 0) return;
  const std::scoped_lock lock(mutex_);
  if (now - last_request_ >= limits_.recovers_after) {
    downloads_ = 0;
    bytes_ = 0;
  }
  last_request_ = now;
}

void Outage::count_download(Time now) {
  if (++downloads_ == limits_.downloads) crash(limits_.down, now);
}

void Outage::count_bytes(std::uint64_t bytes, Time now) {
  if (limits_.bytes == 0) return;
  const std::uint64_t before = bytes_.fetch_add(bytes);
  if (before < limits_.bytes && before + bytes >= limits_.bytes) crash(limits_.down, now);
}

}  // namespace fmsim
