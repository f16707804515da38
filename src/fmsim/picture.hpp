// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/pool.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace fmsim {

// The bytes of one container: a pool file with a note put in where its format allows one, so that
// the picture still opens but no two containers have the same hash. Nothing is copied but the note.
class Picture {
 public:
  // `kept` of 1 is the whole file; 0.6 cuts it after 60 %; 0 leaves no byte.
  static Picture from_pool(Format format,
                           std::string_view file,
                           std::string_view note,
                           double kept);

  // Bytes that a client has uploaded.
  static Picture uploaded(std::shared_ptr<const std::string> bytes);

  [[nodiscard]] std::size_t size() const { return size_; }

  // The bytes from `offset` up to where they stop being adjacent in memory; empty at the end.
  // The view lives as long as this picture and its pool.
  [[nodiscard]] std::string_view at(std::size_t offset) const;

  [[nodiscard]] std::string sha256() const;
  [[nodiscard]] std::string md5() const;  // upper-case hex, as FileMaker writes it
  [[nodiscard]] std::string copy() const;

 private:
  Picture() = default;

  std::shared_ptr<const std::string> owned_;
  std::string_view head_;
  std::string note_;
  std::string_view tail_;
  std::size_t size_{0};
};

}  // namespace fmsim
