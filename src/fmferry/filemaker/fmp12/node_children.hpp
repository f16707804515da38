// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/byte_code.hpp>
#include <fmferry/filemaker/fmp12/keys.hpp>
#include <fmferry/filemaker/fmp12/sector_file.hpp>

#include <vector>

namespace fmferry::fmp12 {

inline constexpr std::size_t k_deepest = 64;  // directories within each other; 10 were seen

// The children of an inner node, in order, each with the place where it begins. The sector must
// stay as it is meanwhile.
class NodeChildren {
 public:
  explicit NodeChildren(const Sector& node) : id_(node.id), reader_(node.payload, false) {}

  // False at the end. `corrupt` when the node does not parse.
  Result<bool> next();

  [[nodiscard]] std::uint32_t child() const { return child_; }

  [[nodiscard]] bool begins_after(const Path& target) const;

 private:
  void leave();

  std::uint32_t id_;
  PayloadReader reader_;
  Path path_;
  std::vector<bool> last_;
  ByteView key_;
  bool at_end_{false};
  std::uint32_t child_{0};
  bool leave_after_{false};
};

}  // namespace fmferry::fmp12
