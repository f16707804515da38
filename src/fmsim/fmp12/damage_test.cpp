// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/checked_file.hpp>
#include <fmsim/fmp12/clinic_tables.hpp>
#include <fmsim/fmp12/damage.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <ostream>

namespace fmsim::fmp12 {

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.name;
}

namespace {

class DamageTest : public testing::TestWithParam<Damage> {
 protected:
  // One sound file for all: the damages work on copies.
  static void SetUpTestSuite() {
    const Pool pool = Pool::made();
    const Clinic clinic(1, 40, pool);
    sound_ = std::make_unique<CheckedFile>();
    ASSERT_EQ(sound_->write(clinic_tables(clinic, false)), "");
  }

  static void TearDownTestSuite() { sound_.reset(); }

  // What the checker says after this damage.
  std::string complaint_after(std::string_view how, std::uint64_t seed) {
    damage_file(sound_->path(), how, seed, broken_.path());
    return broken_.complaint(false, false);
  }

  static std::unique_ptr<CheckedFile> sound_;
  CheckedFile broken_;
};

std::unique_ptr<CheckedFile> DamageTest::sound_;

TEST_P(DamageTest, IsSeenWhenItCanBeSeen) {
  const Damage& damage = GetParam();
  const std::string complaint = complaint_after(damage.name, 1);
  EXPECT_TRUE(sound_->bytes() != broken_.bytes());
  if (damage.shows == Damage::Shows::perhaps) return;
  EXPECT_EQ(complaint.empty(), damage.shows == Damage::Shows::never) << complaint;
}

TEST_P(DamageTest, BreaksTheSamePlaceForTheSameSeed) {
  damage_file(sound_->path(), GetParam().name, 7, broken_.path());
  const std::string first = broken_.bytes();
  damage_file(sound_->path(), GetParam().name, 7, broken_.path());
  EXPECT_TRUE(broken_.bytes() == first);
}

std::string name_of_case(const testing::TestParamInfo<Damage>& info) {
  std::string name;
  for (const char c : info.param.name) name += c == '-' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, DamageTest, testing::ValuesIn(damages()), name_of_case);

TEST(DamageFileTest, LeavesNothingBehindWhenItFails) {
  const CheckedFile file;
  std::filesystem::copy_file("/proc/self/cmdline", file.path());
  EXPECT_THROW(damage_file(file.path(), "drop-piece", 1, file.other_path()), std::runtime_error);
  EXPECT_FALSE(std::filesystem::exists(file.other_path()));
}

TEST(DamageFileTest, RefusesWaysItDoesNotKnow) {
  const CheckedFile file;
  EXPECT_THROW(damage_file(file.path(), "curse", 1, file.other_path()), std::runtime_error);
}

}  // namespace
}  // namespace fmsim::fmp12
