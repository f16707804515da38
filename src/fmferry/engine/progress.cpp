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

void Progress::waiting(std::string why) {
  const std::scoped_lock lock(mutex_);
  waiting_ = std::move(why);
}

std::string Progress::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_;
}

}  // namespace fmferry
