// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/damage_content.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/open_file.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/random.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

namespace fmsim::fmp12 {
namespace {

using Path = OpenFile::Path;
using What = Operation::What;
using Test = std::function<bool(const Path&, const Operation&)>;

constexpr std::size_t k_piece_bytes = 1000;

// What an operation is, kept beyond the walk.
struct Target {
  Operation operation;
  std::string table;  // its root key
  std::size_t value_at{0};
};

bool is(std::string_view key, unsigned byte) {
  return key.size() == 1 && static_cast<unsigned char>(key[0]) == byte;
}

// Tables have root keys of two and three bytes from 80 00 on; D0 .. are leftovers of windows.
bool in_table(const Path& path) {
  if (path.size() < 2 || path[0].size() < 2) return false;
  const auto first = static_cast<unsigned char>(path[0][0]);
  return first >= 0x80 && first < 0xD0;
}

// [T].[31].[5].[O]
bool in_object(const Path& path) {
  return in_table(path) && path.size() >= 4 && is(path[1], 0x1F) && is(path[2], 5);
}

bool is_auxiliary(std::string_view type) {
  const std::set<std::string_view> types{"DPI_", "FNAM", "FORK", "FRM#", "GLPH", "MAIN", "SIZE"};
  return types.contains(type);
}

bool is_piece(const Path& path, const Operation& operation) {
  return operation.what == What::entry && in_object(path) && path.size() == 5 &&
         !is_auxiliary(path[4]) && !is(operation.key, 0);
}

// A container's value: hex digits and the mark of an object.
bool is_reference(const Path& path, const Operation& operation) {
  constexpr std::string_view k_mark("\x41\x32\xDA", 3);
  return operation.what == What::entry && in_table(path) && path.size() == 4 && is(path[1], 5) &&
         is(operation.key, 1) && operation.value.ends_with(k_mark) &&
         operation.value.size() <= 6 + k_mark.size();
}

std::size_t digits_of(const Target& reference) {
  return reference.operation.value.size() - 3;
}

// One of those that pass, each with the same chance, without keeping them all.
std::optional<Target> find_one(const OpenFile& file, std::uint64_t seed, const Test& test) {
  std::optional<Target> chosen;
  std::uint64_t passed = 0;
  file.walk([&](const Path& path, const Operation& operation) {
    if (!test(path, operation)) return;
    ++passed;
    if (mix(seed ^ mix(passed)) % passed != 0) return;
    chosen = Target{operation,
                    path.empty() ? std::string() : std::string(path[0]),
                    operation.at + operation.size - operation.value.size()};
  });
  return chosen;
}

Target pick(const OpenFile& file, std::uint64_t seed, const Test& test) {
  auto chosen = find_one(file, seed, test);
  if (!chosen) throw std::runtime_error("the file has nothing that can be damaged so");
  return *std::move(chosen);
}

std::string hex_of_key(const std::string& key) {
  std::string text;
  for (const char byte : key) {
    const auto value = static_cast<unsigned char>(byte);
    text += "0123456789ABCDEF"[value >> 4U];
    text += "0123456789ABCDEF"[value & 15U];
  }
  return text;
}

// The highest number of so many bytes that is not among `taken`, as a key.
std::optional<std::string> free_key(const std::set<std::string>& taken, std::size_t bytes) {
  constexpr std::uint32_t k_highest_of_two = 0x407F;
  std::uint32_t number = bytes == 1 ? 0x7F : bytes == 2 ? k_highest_of_two : k_highest_number;
  for (; number > 0; --number) {
    std::string key = key_of(number);
    if (key.size() != bytes) return std::nullopt;
    if (!taken.contains(key)) return key;
  }
  return std::nullopt;
}

}  // namespace

void flip_content_bit(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path& path, const Operation& operation) {
    const bool plain = operation.what == What::entry && in_object(path) && path.size() == 4 &&
                       operation.key.size() == 4 && !is_auxiliary(operation.key);
    return (plain || is_piece(path, operation)) && !operation.value.empty();
  });
  char* byte = file.bytes_at(target.value_at + mix(seed + 1) % target.operation.value.size());
  *byte = static_cast<char>(*byte ^ (1 << (mix(seed + 2) % 8)));
}

void length_ffff(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path&, const Operation& operation) {
    return operation.length != 0 && operation.value.size() > 255;
  });
  file.put_number(target.operation.length, 2, 0xFFFF);
}

void drop_piece(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, is_piece);
  const Operation& gone = target.operation;
  const std::size_t sector = gone.at / 4096 * 4096;
  const std::uint32_t unused = file.number_at(sector + 14, 2);
  const std::size_t end = sector + 4096 - unused;
  char* at = file.bytes_at(gone.at);
  std::memmove(at, at + gone.size, end - gone.at - gone.size);
  std::memset(file.bytes_at(end - gone.size), 0, gone.size);
  file.put_number(sector + 14, 2, unused + static_cast<std::uint32_t>(gone.size));
}

void swap_pieces(OpenFile& file, std::uint64_t seed) {
  const auto full = [](const Path& path, const Operation& operation) {
    return is_piece(path, operation) && operation.value.size() == k_piece_bytes;
  };
  const Target one = pick(file, seed, full);
  const Target two =
      pick(file, seed + 1, [&full, &one](const Path& path, const Operation& operation) {
        return full(path, operation) && operation.value != one.operation.value;
      });
  std::swap_ranges(file.bytes_at(one.value_at),
                   file.bytes_at(one.value_at) + k_piece_bytes,
                   file.bytes_at(two.value_at));
}

void wrong_md5(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path& path, const Operation& operation) {
    return operation.what == What::entry && in_object(path) && path.size() == 4 &&
           is(operation.key, 4);
  });
  char* byte = file.bytes_at(target.value_at + mix(seed + 1) % target.operation.value.size());
  *byte = static_cast<char>(*byte ^ 0x10);
}

void wrong_length(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path& path, const Operation& operation) {
    return operation.what == What::entry && in_object(path) && path.size() == 4 &&
           is(operation.key, 2);
  });
  // The first stream's length, behind the count and its type.
  const std::size_t place = target.value_at + 6;
  file.put_number(place, 4, file.number_at(place, 4) + 1);
}

void wrong_text_length(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path& path, const Operation& operation) {
    return operation.what == What::entry && in_table(path) && path.size() == 4 && is(path[1], 5) &&
           is(operation.key, 0) && operation.value.size() >= 4;
  });
  file.put_number(target.value_at, 4, file.number_at(target.value_at, 4) + 1);
}

void dangling_reference(OpenFile& file, std::uint64_t seed) {
  std::map<std::string, std::set<std::string>, std::less<>> there;
  file.walk([&there](const Path& path, const Operation& operation) {
    if (operation.what == What::push && in_table(path) && path.size() == 3 && is(path[1], 0x1F) &&
        is(path[2], 5)) {
      there[std::string(path[0])].emplace(operation.key);
    }
  });
  // In files of more than 127 objects the short numbers may all be taken.
  const Target target = pick(file, seed, [&there](const Path& path, const Operation& operation) {
    const std::size_t bytes = (operation.value.size() - 3) / 2;
    return is_reference(path, operation) &&
           free_key(there[std::string(path[0])], bytes).has_value();
  });
  const auto key = free_key(there[target.table], digits_of(target) / 2);
  const std::string digits = hidden(hex_of_key(*key));
  std::copy(digits.begin(), digits.end(), file.bytes_at(target.value_at));
}

void swap_two_references(OpenFile& file, std::uint64_t seed) {
  const Target one = pick(file, seed, is_reference);
  const Target two = pick(file, seed + 1, [&one](const Path& path, const Operation& operation) {
    return is_reference(path, operation) && path[0] == one.table &&
           operation.value.size() == one.operation.value.size() &&
           operation.value != one.operation.value;
  });
  std::swap_ranges(file.bytes_at(one.value_at),
                   file.bytes_at(one.value_at) + digits_of(one),
                   file.bytes_at(two.value_at));
}

void bitmap_mismatch(OpenFile& file, std::uint64_t seed) {
  const Target target = pick(file, seed, [](const Path& path, const Operation& operation) {
    return operation.what == What::entry && in_table(path) && path.size() == 2 &&
           is(path[1], 0x0D) && !operation.value.empty();
  });
  char* byte = file.bytes_at(target.value_at + mix(seed + 1) % target.operation.value.size());
  *byte = static_cast<char>(*byte ^ (1 << (mix(seed + 2) % 8)));
}

}  // namespace fmsim::fmp12
