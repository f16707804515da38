// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sql/expression.hpp>

#include <gmock/gmock.h>

namespace fmferry::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ImageRow k_image{.image_id = "i",
                       .parent_id = "p",
                       .day = "2024-03-11",
                       .key = "in/a.jpg",
                       .length = 7,
                       .media_type = "image/jpeg",
                       .width = 4032,
                       .record_id = 12,
                       .fields = {{"Body part", "left arm"}, {"Empty", ""}}};

std::string value(const std::string& text) {
  const auto parsed = Expression::parse(text);
  if (!parsed) return "ERROR " + parsed.error().what;
  return parsed->value({.image = k_image, .source = "clinic", .now = "now"}).value_or("NULL");
}

TEST(Expressions, AreConstantsNamesAndWhatIsBetween) {
  EXPECT_EQ(value(""), "");
  EXPECT_EQ(value("Imported"), "Imported");
  EXPECT_EQ(value("{key}"), "in/a.jpg");
  EXPECT_EQ(value("{length} bytes of {record_id}"), "7 bytes of 12");
  EXPECT_EQ(value("{height}"), "NULL");
  EXPECT_EQ(value("{width}x{height}"), "4032x");
  EXPECT_EQ(value("{field:Body part}"), "left arm");
  EXPECT_EQ(value("{field:Empty}"), "NULL");
  EXPECT_EQ(value("{field:Other}"), "NULL");
}

TEST(Expressions, TakeTheFirstThatIsKnown) {
  EXPECT_EQ(value("{taken|day}"), "2024-03-11");
  EXPECT_EQ(value("{day|taken}"), "2024-03-11");
  EXPECT_EQ(value("{height|'0'}"), "0");
  EXPECT_EQ(value("{field:Empty|field:Body part}"), "left arm");
}

TEST(Expressions, MakeTheSameUuidOfTheSameValue) {
  const std::string made = value("{uuid:field:Body part}");
  EXPECT_TRUE(looks_like_uuid(made));
  EXPECT_EQ(value("{uuid:field:Body part}"), made);
  EXPECT_NE(value("{uuid:key}"), made);
  EXPECT_EQ(value("{uuid:field:Empty}"), "NULL");
}

TEST(Expressions, SayWhatIsWrong) {
  EXPECT_THAT(value("{widht}"), HasSubstr("did you mean {width}?"));
  EXPECT_THAT(value("{key"), HasSubstr("without its }"));
  EXPECT_THAT(value("key}"), HasSubstr("without its {"));
  EXPECT_THAT(value("{}"), HasSubstr("not known"));
  EXPECT_THAT(value("{field:}"), HasSubstr("not known"));
  EXPECT_THAT(value("{uuid:nothing}"), HasSubstr("not known"));
}

TEST(Expressions, KnowWhatTheyAreMadeOf) {
  EXPECT_TRUE(Expression::parse("{key}")->always());
  EXPECT_TRUE(Expression::parse("constant")->always());
  EXPECT_TRUE(Expression::parse("{height|'0'}")->always());
  EXPECT_FALSE(Expression::parse("{height}")->always());
  EXPECT_FALSE(Expression::parse("{field:A}")->always());
  EXPECT_TRUE(Expression::parse("{width}")->keeps());
  EXPECT_FALSE(Expression::parse("{day}")->keeps());
  EXPECT_TRUE(Expression::parse("{thumbnail_key}")->exact());
  EXPECT_FALSE(Expression::parse("{original_name}")->exact());
  EXPECT_TRUE(Expression::parse("{key}")->is("key"));
  EXPECT_FALSE(Expression::parse("x{key}")->is("key"));
  EXPECT_THAT(Expression::parse("{field:B} {uuid:field:A|'x'}")->fields(), ElementsAre("A", "B"));
}

}  // namespace
}  // namespace fmferry::sql
