// SPDX-License-Identifier: Apache-2.0
#include "damage.hpp"

#include "samples.hpp"
#include "written_files.hpp"

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

std::vector<DamagedFile> files_of_ours() {
  std::vector<DamagedFile> files;
  for (auto& file : written_files()) files.emplace_back(file.name, std::move(file.bytes));
  return files;
}

using Damage = void (*)(DamagedFile&, int, std::mt19937_64&);

// No damage may change what is exported without an error. `allowed`: what no reader can see, since
// keys have no checksum: that a value went to another container field or repetition of its record.
void expect_no_slip(std::vector<DamagedFile> files,
                    const std::string& what,
                    Damage damage,
                    int times,
                    int allowed = 0) {
  std::mt19937_64 random(20'26);
  DamageTally all;
  const auto share = std::max<int>(times / static_cast<int>(files.size()), 1);
  for (auto& file : files) {
    damage(file, share, random);
    all.add(file.tally());
  }
  std::cerr << what << ": " << all.summary() << '\n';
  for (const auto& slip : all.slips) std::cerr << "  " << slip << '\n';
  EXPECT_LE(static_cast<int>(all.slips.size()), allowed);
}

class DamagedRealFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!samples().empty()) return;
    std::cerr << no_samples() << '\n';
    GTEST_SKIP() << no_samples();
  }
};

TEST_F(DamagedRealFiles, NoiseOverASectorNeverSlips) {
  expect_no_slip(real_files(), "noise over a sector", overwrite_sectors, rounds() / 10);
}

TEST_F(DamagedRealFiles, AMisplacedSectorNeverSlips) {
  expect_no_slip(real_files(), "zeros or another sector", misplace_sectors, rounds() / 10);
}

TEST_F(DamagedRealFiles, AFlippedBitNeverSlips) {
  expect_no_slip(real_files(), "flipped bits", flip_bits, rounds());
}

TEST_F(DamagedRealFiles, ATwistedStructureNeverSlips) {
  expect_no_slip(real_files(), "twisted structure", twist_structure, rounds() / 5);
}

TEST(DamagedWrittenFiles, NoiseOverASectorNeverSlips) {
  expect_no_slip(files_of_ours(), "written: noise over a sector", overwrite_sectors, rounds());
}

TEST(DamagedWrittenFiles, AMisplacedSectorNeverSlips) {
  expect_no_slip(files_of_ours(), "written: zeros or another sector", misplace_sectors, rounds());
}

TEST(DamagedWrittenFiles, AFlippedBitWhereItMattersNeverSlips) {
  const int times = 20 * rounds();
  expect_no_slip(files_of_ours(),
                 "written: flipped bits that matter",
                 flip_bits_that_matter,
                 times,
                 times / 10'000);
}

TEST(DamagedWrittenFiles, ATwistedStructureNeverSlips) {
  expect_no_slip(files_of_ours(), "written: twisted structure", twist_structure, 2 * rounds());
}

}  // namespace
}  // namespace fmferry::testing_support
