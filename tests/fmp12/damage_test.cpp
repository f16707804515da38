// SPDX-License-Identifier: Apache-2.0
#include "damage.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace fmferry::testing_support {
namespace {

// How many damages a test tries over all files. FMF_DAMAGE_ROUNDS=10000 is the whole campaign.
int rounds() {
  constexpr int k_ordinary = 100;
  const char* wanted = std::getenv("FMF_DAMAGE_ROUNDS");
  return wanted != nullptr ? std::max(std::atoi(wanted), 1) : k_ordinary;
}

std::vector<DamagedFile> real_files() {
  std::vector<DamagedFile> files;
  for (const auto& sample : samples()) {
    files.emplace_back(sample.path.filename().string(), read_file(sample.path).value());
  }
  return files;
}

using Damage = void (*)(DamagedFile&, int, std::mt19937_64&);

// No damage may change what is exported without an error.
void expect_no_slip(const std::string& what, Damage damage, int times) {
  auto files = real_files();
  if (files.empty()) {
    std::cerr << no_samples() << '\n';
    GTEST_SKIP() << no_samples();
  }
  std::mt19937_64 random(20'26);
  DamageTally all;
  const auto share = std::max<int>(times / static_cast<int>(files.size()), 1);
  for (auto& file : files) {
    damage(file, share, random);
    all.add(file.tally());
  }
  std::cerr << what << ": " << all.summary() << '\n';
  for (const auto& slip : all.slips) ADD_FAILURE() << slip;
}

TEST(Damage, NoiseOverASectorNeverSlips) {
  expect_no_slip("noise over a sector", overwrite_sectors, rounds() / 10);
}

TEST(Damage, AMisplacedSectorNeverSlips) {
  expect_no_slip("zeros or another sector", misplace_sectors, rounds() / 10);
}

TEST(Damage, AFlippedBitNeverSlips) {
  expect_no_slip("flipped bits", flip_bits, rounds());
}

TEST(Damage, ATwistedStructureNeverSlips) {
  expect_no_slip("twisted structure", twist_structure, rounds() / 5);
}

}  // namespace
}  // namespace fmferry::testing_support
