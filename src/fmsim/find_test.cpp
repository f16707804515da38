// SPDX-License-Identifier: Apache-2.0
#include <fmsim/criterion.hpp>
#include <fmsim/dates.hpp>
#include <fmsim/folded_text.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace fmsim {
namespace {

bool finds(const std::string& criterion,
           const std::string& stored,
           FieldType type = FieldType::text,
           DateStyle style = DateStyle::us) {
  const Criterion read = read_criterion(criterion, type, style);
  return read.matches && read.matches(stored);
}

struct FindCase {
  std::string criterion;
  std::string stored;
  bool found;
};

class TextFind : public testing::TestWithParam<FindCase> {};

TEST_P(TextFind, ReadsTheOperator) {
  const FindCase& given = GetParam();
  EXPECT_EQ(finds(given.criterion, given.stored), given.found)
      << given.criterion << " in " << given.stored;
}

INSTANTIATE_TEST_SUITE_P(Operators,
                         TextFind,
                         testing::Values(FindCase{"=", "", true},
                                         FindCase{"=", "x", false},
                                         FindCase{"*", "x", true},
                                         FindCase{"*", "", false},
                                         FindCase{"sca", "Old Scan", true},
                                         FindCase{"can", "Old Scan", false},
                                         FindCase{"old sca", "Scan, old", true},
                                         FindCase{"=sca", "Old Scan", false},
                                         FindCase{"=scan", "Old Scan", true},
                                         FindCase{"==scan", "Scan", true},
                                         FindCase{"==scan", "Old Scan", false},
                                         FindCase{"==", "", true},
                                         FindCase{"*ca*", "Scan", true},
                                         FindCase{"==S@an", "Scan", true},
                                         FindCase{"==S@an", "Sccan", false},
                                         FindCase{"==A#", "A7", true},
                                         FindCase{"==A#", "AB", false},
                                         FindCase{"\"left knee\"", "the left knee", true},
                                         FindCase{"\"left knee\"", "knee left", false},
                                         FindCase{"<M", "Kiln", true},
                                         FindCase{">=Kiln", "Kiln", true},
                                         FindCase{"≤Kiln", "Lathe", false},
                                         FindCase{"a...m", "Kiln", true},
                                         FindCase{"a...c", "Kiln", false},
                                         FindCase{"==a\\@b", "a@b", true},
                                         FindCase{"==a\\@b", "axb", false},
                                         FindCase{"noelle", "Noëlle", true},
                                         FindCase{"MÜLL", "Müllrad", true},
                                         FindCase{"==538554AD-DF60", "538554ad-df60", true}),
                         [](const testing::TestParamInfo<FindCase>& each) {
                           return "case_" + std::to_string(each.index);
                         });

TEST(NumberFind, ComparesNumbers) {
  EXPECT_TRUE(finds("100003", "100003", FieldType::number));
  EXPECT_FALSE(finds("10", "100", FieldType::number));
  EXPECT_TRUE(finds(">9", "10", FieldType::number));
  EXPECT_TRUE(finds("9...11", "10", FieldType::number));
}

TEST(DateFind, ComparesDaysAndMoments) {
  EXPECT_TRUE(finds("03/11/2025", "2025-03-11", FieldType::date));
  EXPECT_TRUE(finds("03/11/2025", "2025-03-11 09:05:00", FieldType::timestamp));
  EXPECT_TRUE(finds("<3/12/2025", "2025-03-11", FieldType::date));
  EXPECT_FALSE(finds(">3/11/2025", "2025-03-11 23:59:59", FieldType::timestamp));
  EXPECT_TRUE(finds("3/1/2025...3/31/2025", "2025-03-31 10:00:00", FieldType::timestamp));
  EXPECT_TRUE(finds("2025", "2025-03-11", FieldType::date));
  EXPECT_TRUE(finds("3/2025", "2025-03-11", FieldType::date));
  EXPECT_TRUE(finds("2025-03-11", "2025-03-11", FieldType::date, DateStyle::iso));
  EXPECT_TRUE(finds("=", "", FieldType::timestamp));
}

TEST(Find, RefusesWhatFileMakerCannotFind) {
  EXPECT_EQ(read_criterion("2025-03-11", FieldType::date, DateStyle::us).error, 500);
  EXPECT_EQ(read_criterion("*", FieldType::container, DateStyle::us).error, 400);
  EXPECT_EQ(read_criterion("  ", FieldType::text, DateStyle::us).error, 400);
  EXPECT_TRUE(read_criterion("!", FieldType::text, DateStyle::us).wants_duplicates);
}

TEST(Dates, AreReadInTheStyleAskedFor) {
  EXPECT_EQ(read_date("3/5/2025", DateStyle::us), "2025-03-05");
  EXPECT_EQ(read_date("2025-03-05", DateStyle::us), std::nullopt);
  EXPECT_EQ(read_date("2025-03-05", DateStyle::iso), "2025-03-05");
  EXPECT_EQ(read_date("02/30/2025", DateStyle::us), std::nullopt);
  EXPECT_EQ(read_date("", DateStyle::us), "");
  EXPECT_EQ(read_timestamp("03/05/2025 09:03:07", DateStyle::us), "2025-03-05 09:03:07");
  EXPECT_EQ(read_timestamp("2025-03-05T09:03:07", DateStyle::us), std::nullopt);
  EXPECT_EQ(read_timestamp("2025-03-05T09:03:07", DateStyle::iso), std::nullopt);
  EXPECT_EQ(read_timestamp("2025-03-05 09:03:07", DateStyle::iso), "2025-03-05 09:03:07");
  EXPECT_EQ(read_timestamp("03/05/2025 24:00:00", DateStyle::us), std::nullopt);
}

TEST(Dates, AreShownInTheStyleAskedFor) {
  EXPECT_EQ(show_date("2025-03-05", DateStyle::us), "03/05/2025");
  EXPECT_EQ(show_date("2025-03-05", DateStyle::iso), "2025-03-05");
  EXPECT_EQ(show_timestamp("2025-03-05 09:03:07", DateStyle::file), "03/05/2025 09:03:07");
  EXPECT_EQ(show_timestamp("2025-03-05 09:03:07", DateStyle::iso), "2025-03-05T09:03:07");
  EXPECT_EQ(show_timestamp("", DateStyle::us), "");
}

}  // namespace
}  // namespace fmsim
