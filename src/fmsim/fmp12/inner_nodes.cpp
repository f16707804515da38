// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/inner_nodes.hpp>
#include <fmsim/fmp12/opcode.hpp>

#include <algorithm>

namespace fmsim::fmp12 {
namespace {

using Path = std::vector<std::string>;

std::size_t shared(const Path& one, const Path& other) {
  const auto ends = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  return static_cast<std::size_t>(ends.first - one.begin());
}

void put_child(std::string& out, const Separator& separator, std::uint32_t sector, unsigned flags) {
  constexpr unsigned k_keyless = 0x1B;
  std::string id;
  put_32(id, sector);
  if (separator.at == Separator::At::entry) {
    put_entry(out, separator.key, id, flags);
    return;
  }
  put_byte(out, flags | k_keyless);
  put_byte(out, 0);
  put_byte(out, separator.at == Separator::At::start ? 0x01 : 0xFF);
  out += id;
}

// Bytes that the child takes behind one whose path is `before`.
std::size_t size_behind(const Path* before, const Separator& separator) {
  std::string entry;
  put_child(entry, separator, 0, 0);
  std::size_t size = entry.size();
  const std::size_t from = before == nullptr ? 0 : shared(*before, separator.path);
  for (std::size_t depth = from; depth < separator.path.size(); ++depth) {
    size += push_size(separator.path[depth]);
  }
  return size;
}

}  // namespace

void InnerNodes::add(std::size_t level, Separator separator, std::uint32_t sector) {
  if (levels_.size() <= level) levels_.emplace_back();
  const auto& children = levels_[level].children;
  const Path* before = children.empty() ? nullptr : &children.back().separator.path;
  std::size_t size = size_behind(before, separator);
  if (children.size() > 1 && levels_[level].size + size > fill_) {
    const std::uint32_t next = new_sector_();
    close(level, next);
    levels_[level].previous = levels_[level].sector;
    levels_[level].sector = next;
    levels_[level].children.clear();
    levels_[level].size = 0;
    size = size_behind(nullptr, separator);
  }
  levels_[level].size += size;
  levels_[level].children.push_back({std::move(separator), sector});
}

// Writes the open node of the level and tells the level above of it.
void InnerNodes::close(std::size_t level, std::uint32_t next) {
  if (levels_[level].sector == 0) levels_[level].sector = new_sector_();
  const Level& node = levels_[level];
  const std::uint32_t sector = node.sector;
  write_(sector,
         {node.previous, next, static_cast<std::uint32_t>(level) + 1, 0},
         payload(node.children));
  add(level + 1, Separator(node.children.front().separator), sector);
}

std::uint32_t InnerNodes::finish(const std::function<std::uint32_t()>& root_next) {
  // Closing a level may add one above it.
  std::size_t level = 0;
  for (; level + 1 < levels_.size(); ++level) close(level, 0);
  const auto height = static_cast<std::uint32_t>(level) + 1;
  write_(k_root, {0, root_next(), height, 0}, payload(levels_[level].children));
  return height;
}

std::string InnerNodes::payload(const std::vector<Child>& children) {
  std::string out;
  // Whether anything comes in `path`'s first `depth` directories after the children up to `from`
  // that share one component more.
  const auto last_in_parent = [&children](std::size_t from, std::size_t depth) {
    const Path& path = children[from].separator.path;
    for (std::size_t i = from + 1; i < children.size(); ++i) {
      const std::size_t common = shared(children[i].separator.path, path);
      if (common <= depth) return common < depth;
    }
    return true;
  };
  const Path* before = nullptr;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const Separator& separator = children[i].separator;
    const std::size_t from = before == nullptr ? 0 : shared(*before, separator.path);
    for (std::size_t depth = from; depth < separator.path.size(); ++depth) {
      put_push(out, separator.path[depth], last_in_parent(i, depth) ? k_tail_flag : 0);
    }
    const bool last = i + 1 == children.size() || shared(children[i + 1].separator.path,
                                                         separator.path) < separator.path.size();
    put_child(out, separator, children[i].sector, last ? k_tail_flag : 0);
    before = &separator.path;
  }
  return out;
}

}  // namespace fmsim::fmp12
