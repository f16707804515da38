// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim::fmp12 {

// One operation of a leaf and where it lies in the file.
struct Operation {
  enum class What : std::uint8_t { push, begin, end, entry };

  What what{What::entry};
  std::string_view key;
  std::string_view value;
  std::uint32_t leaf{0};
  std::size_t at{0};      // of the operation
  std::size_t size{0};    // with key and value
  std::size_t length{0};  // of the value's length bytes; 0 when it has none
};

// A sound file in memory, for changing bytes of it in place: what damages are made with. Reads what
// writers write and nothing else; throws std::runtime_error at the first thing that is not so.
class OpenFile {
 public:
  using Path = std::vector<std::string_view>;
  using Visit = std::function<void(const Path&, const Operation&)>;

  explicit OpenFile(const std::string& path);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] std::uint32_t sectors() const { return static_cast<std::uint32_t>(size_ / 4096); }

  // In the order of their keys.
  [[nodiscard]] std::vector<std::uint32_t> leaves() const;

  // Where the sector ids of the children of all inner nodes stand.
  [[nodiscard]] std::vector<std::size_t> child_places() const;

  // Every operation of every leaf, with the path of the open directories.
  void walk(const Visit& visit) const;

  [[nodiscard]] std::uint32_t number_at(std::size_t at, std::size_t bytes) const;
  void put_number(std::size_t at, std::size_t bytes, std::uint32_t number);

  [[nodiscard]] char* bytes_at(std::size_t at) { return data_ + at; }

  [[nodiscard]] std::string_view view(std::size_t at, std::size_t size) const;

 private:
  [[noreturn]] void fail() const;
  Operation operation_at(std::size_t at, std::size_t end, bool inner) const;
  [[nodiscard]] std::size_t payload_end(std::uint32_t sector) const;
  void add_child_places(std::uint32_t sector, std::vector<std::size_t>& places) const;

  std::string path_;
  char* data_{nullptr};
  std::size_t size_{0};
};

}  // namespace fmsim::fmp12
