// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/id_set.hpp>
#include <fmferry/filemaker/fmp12/keys.hpp>

#include <algorithm>

namespace fmferry::fmp12 {
namespace {

constexpr std::uint32_t k_two_bytes_from = 0x80;
constexpr std::uint32_t k_three_bytes_from = 0x4080;

}  // namespace

std::optional<std::uint32_t> take_number(ByteView& key) {
  if (key.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(key.front());
  const std::size_t width = first < 0x80 ? 1 : first < 0xC0 ? 2 : 3;
  if (key.size() < width) return std::nullopt;
  const std::uint32_t raw = big_endian(key, 0, width);
  key.remove_prefix(width);
  if (width == 1) return raw;
  if (width == 2) return (raw & 0x3FFFU) + k_two_bytes_from;
  return (raw & 0x3FFFFFU) + k_three_bytes_from;
}

std::optional<std::uint32_t> number_of(ByteView key) {
  const auto number = take_number(key);
  return key.empty() ? number : std::nullopt;
}

std::string key_of(std::uint32_t number) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value & 0xFFU); };
  if (number < k_two_bytes_from) return {byte(number)};
  if (number < k_three_bytes_from) {
    const std::uint32_t raw = (number - k_two_bytes_from) | 0x8000U;
    return {byte(raw >> 8U), byte(raw)};
  }
  const std::uint32_t raw = (number - k_three_bytes_from) | 0xC00000U;
  return {byte(raw >> 16U), byte(raw >> 8U), byte(raw)};
}

std::optional<FieldKey> field_key_of(ByteView key) {
  const auto field = take_number(key);
  if (!field) return std::nullopt;
  if (key.empty()) return FieldKey{.field = *field};
  const auto repetition = take_number(key);
  if (!repetition || !key.empty() || *repetition < 2) return std::nullopt;
  return FieldKey{.field = *field, .repetition = *repetition};
}

Path::Path(std::initializer_list<ByteView> keys) {
  for (const ByteView key : keys) push(key);
}

void Path::push(ByteView key) {
  bytes_ += key;
  ends_.push_back(bytes_.size());
}

void Path::pop() {
  ends_.pop_back();
  bytes_.resize(ends_.empty() ? 0 : ends_.back());
}

void Path::clear() {
  bytes_.clear();
  ends_.clear();
}

ByteView Path::operator[](std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return ByteView(bytes_).substr(begin, ends_[index] - begin);
}

bool Path::starts_with(const Path& other) const {
  if (other.size() > size()) return false;
  return std::equal(other.ends_.begin(), other.ends_.end(), ends_.begin()) &&
         ByteView(bytes_).starts_with(other.bytes_);
}

int compare(const Path& path, std::optional<ByteView> key, const Path& target) {
  const std::size_t length = path.size() + (key ? 1 : 0);
  const std::size_t common = std::min(length, target.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int order = (i < path.size() ? path[i] : *key).compare(target[i]);
    if (order != 0) return order;
  }
  return length < target.size() ? -1 : length > target.size() ? 1 : 0;
}

}  // namespace fmferry::fmp12
