// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace fmsim::fmp12 {

// Bytes that need not be in memory at once. They can be asked for any number of times and are the
// same each time.
class Body {
 public:
  using Sink = std::function<void(std::string_view)>;
  using Source = std::function<void(const Sink&)>;

  Body() = default;

  // `source` hands out exactly `size` bytes, in pieces of any size.
  Body(std::uint64_t size, Source source) : size_(size), source_(std::move(source)) {}

  static Body of(std::string bytes);

  [[nodiscard]] std::uint64_t size() const { return size_; }

  void read(const Sink& sink) const {
    if (source_) source_(sink);
  }

  [[nodiscard]] std::string sha256() const;

  // Everything at once, for small ones.
  [[nodiscard]] std::string copy() const;

 private:
  std::uint64_t size_{0};
  Source source_;
};

}  // namespace fmsim::fmp12
