// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/unnamed_file.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace fmferry {
namespace {

class NoName : public testing::Test {
 protected:
  NoName() {
    std::filesystem::create_directories(folder_);
    const char* before = std::getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    ::setenv("TMPDIR", folder_.c_str(), 1);
  }

  ~NoName() override {
    if (before_.empty()) ::unsetenv("TMPDIR");
    if (!before_.empty()) ::setenv("TMPDIR", before_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("fmferry-" + uuid_v4());
  std::string before_{};
};

TEST_F(NoName, GivesBackWhatItWasGiven) {
  auto file = UnnamedFile::open();
  ASSERT_TRUE(file) << to_line(file.error());
  EXPECT_TRUE(file->append("one "));
  EXPECT_TRUE(file->append("two"));
  EXPECT_EQ(file->read(0, 100).value_or("-"), "one two");
  EXPECT_EQ(file->read(4, 2).value_or("-"), "tw");
  EXPECT_EQ(file->read(7, 2).value_or("-"), "");
  EXPECT_TRUE(file->append("."));
  EXPECT_EQ(file->read(4, 100).value_or("-"), "two.");
}

TEST_F(NoName, LeavesNothingInItsFolderEvenWhileItIsOpen) {
  const auto file = UnnamedFile::open();
  ASSERT_TRUE(file) << to_line(file.error());
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(NoName, EndsTheRunWhereItsFolderIsNotThere) {
  std::filesystem::remove_all(folder_);
  const auto file = UnnamedFile::open();
  ASSERT_FALSE(file);
  EXPECT_EQ(disposition_of(file.error()), Disposition::stop_run);
  EXPECT_NE(file.error().what.find("TMPDIR"), std::string::npos);
}

}  // namespace
}  // namespace fmferry
