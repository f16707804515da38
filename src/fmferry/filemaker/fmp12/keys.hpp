// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

// A number as keys spell it: one to three bytes, the first of which tells how many. Takes it off
// the front of `key`; nothing when the key ends within it.
[[nodiscard]] std::optional<std::uint32_t> take_number(ByteView& key);

// The whole key is one number.
[[nodiscard]] std::optional<std::uint32_t> number_of(ByteView key);

// The key of a number up to k_highest_id.
[[nodiscard]] std::string key_of(std::uint32_t number);

// A field's value: its number, and the repetition's where that is not the first. Nothing for the
// record's attributes (modification count, time stamps, UUID), whose keys are no numbers.
struct FieldKey {
  std::uint32_t field{0};
  std::uint32_t repetition{1};
};

[[nodiscard]] std::optional<FieldKey> field_key_of(ByteView key);

// Where an entry or a directory is: the keys from the root down. Paths are ordered component by
// component, each bytewise, a shorter one first; so is the tree.
class Path {
 public:
  Path() = default;
  Path(std::initializer_list<ByteView> keys);

  void push(ByteView key);
  void pop();
  void clear();

  [[nodiscard]] std::size_t size() const { return ends_.size(); }

  [[nodiscard]] ByteView operator[](std::size_t index) const;

  [[nodiscard]] bool starts_with(const Path& other) const;
  [[nodiscard]] bool operator==(const Path& other) const = default;

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

// Negative, zero or positive: how `path` followed by `key` (if any) stands to `target`.
[[nodiscard]] int compare(const Path& path, std::optional<ByteView> key, const Path& target);

}  // namespace fmferry::fmp12
