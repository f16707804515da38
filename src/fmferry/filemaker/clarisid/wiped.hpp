// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace fmferry::clarisid {

// Bytes that are overwritten before their memory is given back. Not copied; a moved-from one is
// empty.
class Wiped {
 public:
  Wiped() = default;

  explicit Wiped(std::string bytes) : bytes_(std::move(bytes)) {}

  Wiped(Wiped&& other) noexcept;
  Wiped& operator=(Wiped&&) = delete;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped();

  [[nodiscard]] std::string_view view() const { return bytes_; }

  // Room for so many bytes, to be written to.
  static Wiped of_size(std::size_t size) { return Wiped(std::string(size, '\0')); }

  [[nodiscard]] char* data() { return bytes_.data(); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_{};
};

// Overwrites what the text holds and leaves it empty.
void wipe(std::string& text);

}  // namespace fmferry::clarisid
