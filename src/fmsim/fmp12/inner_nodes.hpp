// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/sector_file.hpp>

#include <functional>
#include <string>
#include <vector>

namespace fmsim::fmp12 {

// From where on a child holds the dictionary.
struct Separator {
  enum class At : std::uint8_t {
    entry,  // from this key in the directory on
    start,  // from the very start of the directory, before its first key
    end,    // from the very end: the child only closes the directory
  };

  std::vector<std::string> path;
  At at{At::start};
  std::string key;  // of an entry
};

// The inner nodes of the tree, fed with the children's separators in order. Of every level one node
// is open; a full one is written and told to the level above.
class InnerNodes {
 public:
  using NewSector = std::function<std::uint32_t()>;
  using WriteNode = std::function<void(std::uint32_t sector, SectorHead head, std::string payload)>;

  // No node becomes longer than `fill`; a small one makes a high tree.
  InnerNodes(std::size_t fill, NewSector new_sector, WriteNode write)
      : fill_(fill), new_sector_(std::move(new_sector)), write_(std::move(write)) {}

  void add(Separator separator, std::uint32_t leaf) { add(0, std::move(separator), leaf); }

  // Writes what is open; the topmost node becomes the root, in sector 1, with `root_next` as its
  // link. Returns the root's level.
  std::uint32_t finish(const std::function<std::uint32_t()>& root_next);

 private:
  struct Child {
    Separator separator;
    std::uint32_t sector{0};
  };

  struct Level {
    std::uint32_t sector{0};  // 0 until the level has a second node
    std::uint32_t previous{0};
    std::size_t size{0};
    std::vector<Child> children;
  };

  void add(std::size_t level, Separator separator, std::uint32_t sector);
  void close(std::size_t level, std::uint32_t next);
  static std::string payload(const std::vector<Child>& children);

  std::size_t fill_;
  NewSector new_sector_;
  WriteNode write_;
  std::vector<Level> levels_;
};

}  // namespace fmsim::fmp12
