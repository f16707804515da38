// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sql/column.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>

namespace fmferry::sql {
namespace {

Column column(std::string type, Dialect dialect = Dialect::sqlite) {
  return {.kind = kind_of(type, dialect), .type = std::move(type)};
}

// What is written; "NULL", or "corrupt".
std::string written(const std::string& text,
                    const Column& into,
                    Dialect dialect = Dialect::sqlite,
                    WallZone zone = {.local = false}) {
  Encoding encoding{.dialect = dialect, .zone = zone};
  const auto value = encoded(text, into, false, encoding);
  if (!value) {
    EXPECT_EQ(value.error().what.find(text), std::string::npos) << "no value in a message";
    return std::string(name_of(value.error().kind));
  }
  return value->value_or("NULL");
}

TEST(Columns, KnowTheirKindsByTheDeclaredTypes) {
  for (const auto& [type, kind] : {std::pair("char(32)", Kind::uuid),
                                   {"varchar(500)", Kind::text},
                                   {"bool", Kind::boolean},
                                   {"datetime", Kind::timestamp},
                                   {"date", Kind::date},
                                   {"bigint", Kind::integer},
                                   {"decimal", Kind::real},
                                   {"blob", Kind::other}}) {
    EXPECT_EQ(kind_of(type, Dialect::sqlite), kind) << type;
  }
  for (const auto& [type, kind] : {std::pair("uuid", Kind::uuid),
                                   {"character varying(500)", Kind::text},
                                   {"character(32)", Kind::text},
                                   {"timestamp with time zone", Kind::timestamp},
                                   {"jsonb", Kind::json},
                                   {"boolean", Kind::boolean},
                                   {"bytea", Kind::other}}) {
    EXPECT_EQ(kind_of(type, Dialect::postgres), kind) << type;
  }
}

TEST(Columns, TakeFileMakersNumbersAndWordsAsBooleans) {
  const Column flag = column("bool");
  for (const char* no : {"0", "", " ", "No", "false", "0.0"}) EXPECT_EQ(written(no, flag), "0");
  for (const char* yes : {"1", "7", "yes", "TRUE", "-1"}) EXPECT_EQ(written(yes, flag), "1");
  EXPECT_EQ(written("perhaps", flag), "corrupt");
  EXPECT_EQ(written("1", column("boolean", Dialect::postgres), Dialect::postgres), "true");
}

TEST(Columns, RefuseNumbersThatAreNone) {
  EXPECT_EQ(written(" 12 ", column("integer")), "12");
  EXPECT_EQ(written("", column("integer")), "NULL");
  EXPECT_EQ(written("12a", column("integer")), "corrupt");
  EXPECT_EQ(written("1.5", column("integer")), "corrupt");
  EXPECT_EQ(written("1.5", column("real")), "1.5");
}

TEST(Columns, WriteDatesAndTimesInTheFormOfTheDatabase) {
  EXPECT_EQ(written("03/31/2024", column("date")), "2024-03-31");
  EXPECT_EQ(written("2024-03-31T10:00:00", column("date")), "2024-03-31");
  EXPECT_EQ(written("31.3.2024", column("date")), "corrupt");
  const Column moment = column("datetime");
  EXPECT_EQ(written("03/31/2024 10:20:30", moment), "2024-03-31 10:20:30");
  EXPECT_EQ(written("03/31/2024", moment), "2024-03-31 00:00:00");
  EXPECT_EQ(written("2024-03-31T10:20:30+10:00", moment), "2024-03-31 00:20:30");
  EXPECT_EQ(written("03/31/2024 10:20:30", moment, Dialect::sqlite, *parse_zone("+02:00")),
            "2024-03-31 08:20:30");
  const Column with_zone = column("timestamp with time zone", Dialect::postgres);
  EXPECT_EQ(written("2024-03-31 10:20:30.000001Z", with_zone, Dialect::postgres),
            "2024-03-31 10:20:30.000001+00");
  EXPECT_EQ(written("yesterday", moment), "corrupt");
}

// 3 o'clock came twice on that night in Sydney.
TEST(Columns, CountTimesThatCameTwice) {
  const char* before = std::getenv("TZ");
  const std::string zone = before == nullptr ? "" : before;
  ::setenv("TZ", "Australia/Sydney", 1);
  ::tzset();
  Encoding encoding{.dialect = Dialect::sqlite, .zone = {}};
  for (const char* text : {"04/07/2024 02:30:00", "04/07/2024 04:30:00", "07/07/2024 02:30:00"}) {
    EXPECT_TRUE(encoded(text, column("datetime"), false, encoding)) << text;
  }
  EXPECT_EQ(encoding.ambiguous, 1);
  before == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", zone.c_str(), 1);
  ::tzset();
}

TEST(Columns, CutTextsThatMayBeCut) {
  Column name = column("varchar(3)");
  name.limit = 3;
  Encoding encoding;
  EXPECT_EQ(*encoded("äöüß", name, false, encoding), "äöü");
  EXPECT_FALSE(encoded("äöüß", name, true, encoding));
  EXPECT_EQ(*encoded("äöü", name, true, encoding), "äöü");
}

TEST(Columns, MakeJsonOfWhatIsNone) {
  const Column json = column("jsonb", Dialect::postgres);
  EXPECT_EQ(written("{\"a\": 1}", json, Dialect::postgres), "{\"a\": 1}");
  EXPECT_EQ(written("left \"arm\"", json, Dialect::postgres), "\"left \\\"arm\\\"\"");
}

}  // namespace
}  // namespace fmferry::sql
