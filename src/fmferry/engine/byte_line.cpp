// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/byte_line.hpp>

#include <algorithm>

namespace fmferry {

ByteLine::Passage::~Passage() {
  const std::scoped_lock lock(line_.mutex_);
  line_.reserved_ -= reserved_;
}

void ByteLine::Passage::count(std::int64_t bytes) {
  const std::scoped_lock lock(line_.mutex_);
  line_.read_ += bytes;
  const std::int64_t expected = std::min(reserved_, bytes);
  reserved_ -= expected;
  line_.reserved_ -= expected;
}

Status ByteLine::begin(std::optional<std::int64_t> length) {
  const std::scoped_lock lock(mutex_);
  if (settings_.most > 0) {
    const std::int64_t taken = settings_.before + read_ + reserved_;
    const bool fits = length ? *length <= settings_.most - taken : taken < settings_.most;
    closed_ = closed_ || !fits;
    if (closed_) return fail(refusal(length));
  }
  reserved_ += length.value_or(0);
  return {};
}

std::int64_t ByteLine::read() const {
  const std::scoped_lock lock(mutex_);
  return read_;
}

Error ByteLine::refusal(std::optional<std::int64_t> length) const {
  std::string what = settings_.name + " is reached: " + std::to_string(settings_.before + read_) +
                     " of " + std::to_string(settings_.most) + " bytes were read";
  if (length && *length > settings_.most) {
    what += ", and the next file alone has " + std::to_string(*length) +
            ": allow for more, or it will never be moved";
  } else {
    what += ": " + settings_.advice;
  }
  return {.kind = ErrorKind::budget, .what = std::move(what)};
}

}  // namespace fmferry
