// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/progress.hpp>

#include <utility>

namespace fmferry {

void Progress::phase(std::string name) {
  total = 0;
  done = 0;
  const std::scoped_lock lock(mutex_);
  phase_ = std::move(name);
}

std::string Progress::phase() const {
  const std::scoped_lock lock(mutex_);
  return phase_;
}

void Progress::pace(const std::string& host, Pace pace) {
  const std::scoped_lock lock(mutex_);
  paces_[host] = std::move(pace);
}

std::map<std::string, Progress::Pace> Progress::paces() const {
  const std::scoped_lock lock(mutex_);
  return paces_;
}

}  // namespace fmferry
