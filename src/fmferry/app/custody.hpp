// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/bag.hpp>
#include <fmferry/app/config.hpp>

#include <optional>

namespace fmferry {

struct CustodyWish {
  std::filesystem::path to{};  // must not be there, or be empty
  bool bag{false};             // with the objects, as a bag; only of a folder store
  bool copy{false};            // no hard links in the bag
};

struct CustodyReport {
  std::int64_t events{0};
  std::int64_t records{0};
  std::string head{};
  std::optional<BagReport> bag{};
};

// Writes audit.jsonl, manifest.csv, manifest.json and SHA256SUMS of one moment, also while a run
// goes on; with `bag` the objects too. `invalid` for wishes that can't be.
Result<CustodyReport> export_custody(const Config& config,
                                     const CustodyWish& wish,
                                     const std::stop_token& stop);

}  // namespace fmferry
