// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace fmferry::testing_support {

// A public database of somebody else's, and what another reader found in it. They are too large
// for this repository: FMF_FMP12_SAMPLES names their folder; without it, fixtures/fmp12 beside the
// checkout or in a folder beside it.
struct Sample {
  std::filesystem::path path{};
  boost::json::object expected{};
};

void PrintTo(const Sample& sample, std::ostream* out);  // its name, for gtest

// Empty when the folder is not there. Throws when its list can't be read.
[[nodiscard]] const std::vector<Sample>& samples();

// What to print when they are not there: a test without them has tested nothing.
[[nodiscard]] std::string no_samples();

}  // namespace fmferry::testing_support
