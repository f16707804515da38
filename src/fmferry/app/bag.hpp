// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace fmferry {

struct BagPlan {
  std::filesystem::path store{};    // the folder with the objects
  std::filesystem::path bag{};      // an existing folder
  bool copy{false};                 // copy the payload even where a hard link would do
  std::vector<std::string> tags{};  // files in the bag that go into the tag manifest
  std::string ledger_head{};        // into bag-info.txt
  std::string software{};
};

struct BagReport {
  std::int64_t objects{0};
  std::int64_t bytes{0};
  std::int64_t linked{0};  // of these, hard links to the store's files
};

// Makes a bag (BagIt 1.0, RFC 8493) of all moved objects: each is hashed on the way, and one that
// is not what the ledger says ends it with `corrupt`, naming the key.
Result<BagReport> make_bag(Ledger& ledger, const BagPlan& plan, const std::stop_token& stop);

}  // namespace fmferry
