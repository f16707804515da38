// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/writer.hpp>

#include <cstdint>
#include <vector>

namespace fmsim::fmp12 {

// The set of record ids that each table carries: bitmaps of up to 3968 ids, and single ids where
// few are near. Takes a bit an id.
class IdSet {
 public:
  // Ascending.
  void add(std::uint32_t id);

  // Into the open directory.
  void write(Writer& writer) const;

 private:
  struct Page {
    std::uint32_t first{0};  // a multiple of 32
    std::vector<std::uint32_t> words;
    std::uint32_t count{0};
    std::uint32_t lowest{0};
  };

  std::vector<Page> pages_;
};

}  // namespace fmsim::fmp12
