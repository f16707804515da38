// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection_string.hpp>
#include <fmferry/filemaker/odbc/diagnostics.hpp>
#include <fmferry/filemaker/odbc/reader.hpp>
#include <fmferry/filemaker/odbc/sql.hpp>
#include <fmferry/filemaker/odbc/utf16.hpp>
#include <fmferry/filemaker/odbc/values.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmferry::odbc {
namespace {

using testing::HasSubstr;
using testing::Not;

OdbcOptions some_options() {
  return {.server = "fms.example.org",
          .port = 2399,
          .database = "Clinic",
          .user = "api",
          .password = Secret("pa;ss}word"),
          .table = "Images"};
}

const Shape k_shape{.fields = {"id", "chart number"},
                    .types = {FieldType::text, FieldType::number},
                    .containers = {"photo", "photo(2)"}};

TEST(OdbcSql, PagesAsFileMakerDoes) {
  EXPECT_EQ(page_sql("API Images", k_shape, 101, 50),
            "SELECT ROWID, ROWMODID, \"id\", CAST(\"chart number\" AS VARCHAR), "
            "CAST(\"photo\" AS VARCHAR), CAST(\"photo\"[2] AS VARCHAR) FROM \"API Images\" "
            "ORDER BY ROWID OFFSET 100 ROWS FETCH FIRST 50 ROWS ONLY");
}

TEST(OdbcSql, QuotesWhateverANameHolds) {
  EXPECT_EQ(quoted_name("a \"b\" c"), "\"a \"\"b\"\" c\"");
  EXPECT_EQ(stream_sql("T", "x\" FROM y--", "FILE", 7),
            "SELECT GetAs(\"x\"\" FROM y--\", 'FILE') FROM \"T\" WHERE ROWID = 7");
}

TEST(OdbcSql, NamesStreamsAndRepetitions) {
  EXPECT_EQ(stream_sql("T", "photo(3)", "DEFAULT", 7),
            "SELECT GetAs(\"photo\"[3], DEFAULT) FROM \"T\" WHERE ROWID = 7");
  EXPECT_TRUE(is_stream_code("DEFAULT"));
  EXPECT_TRUE(is_stream_code("PDF "));
  EXPECT_FALSE(is_stream_code("default"));
  EXPECT_FALSE(is_stream_code("a'b "));
  EXPECT_EQ(parse_field_name("photo (x)").repetition, 1);
}

TEST(OdbcSql, GuardsAnUpdateByTheModificationOfEachRecord) {
  const std::vector<Setting> settings{
      {.field = "mark", .text = "photo"},
      {.field = "stamp", .literal = "TIMESTAMP '2026-11-25 09:05:00'"}};
  const std::vector<Target> targets{{.record_id = 7, .mod_id = 3}, {.record_id = 9, .mod_id = 0}};
  EXPECT_EQ(update_sql("T", settings, targets),
            "UPDATE \"T\" SET \"mark\" = ?, \"stamp\" = TIMESTAMP '2026-11-25 09:05:00' WHERE "
            "(ROWID = 7 AND ROWMODID = 3) OR (ROWID = 9 AND ROWMODID = 0)");
  const Target unguarded{.record_id = 7};
  EXPECT_THAT(update_sql("T", settings, std::span(&unguarded, 1)), testing::EndsWith("ROWID = 7"));
}

TEST(OdbcValues, AreSaidAsFileMakersOtherWaysInSayThem) {
  EXPECT_EQ(as_filemaker_says(FieldType::timestamp, "2026-11-25 09:05:00"), "11/25/2026 09:05:00");
  EXPECT_EQ(as_filemaker_says(FieldType::timestamp, "2026-11-25 09:05:00.000"),
            "11/25/2026 09:05:00");
  EXPECT_EQ(as_filemaker_says(FieldType::date, "2026-11-25"), "11/25/2026");
  EXPECT_EQ(as_filemaker_says(FieldType::number, "4711.000"), "4711");
  EXPECT_EQ(as_filemaker_says(FieldType::number, "0.50"), "0.50");
  EXPECT_EQ(as_filemaker_says(FieldType::text, "2026-11-25"), "2026-11-25");
}

TEST(OdbcValues, BecomeLiteralsOfTheirFieldsTypeOrNothing) {
  EXPECT_EQ(literal(FieldType::timestamp, "11/25/2026 09:05:00"),
            "TIMESTAMP '2026-11-25 09:05:00'");
  EXPECT_EQ(literal(FieldType::date, "11/25/2026"), "DATE '2026-11-25'");
  EXPECT_EQ(literal(FieldType::number, "-4.5"), "-4.5");
  EXPECT_EQ(literal(FieldType::text, ""), "NULL");
  EXPECT_EQ(literal(FieldType::timestamp, ""), "NULL");
  for (const auto* bad :
       {"11/25/2026", "11/25/2026 09:05:00' OR 1=1", "2026-13-40 09:05:00", "x"}) {
    EXPECT_EQ(literal(FieldType::timestamp, bad), std::nullopt) << bad;
  }
  EXPECT_EQ(literal(FieldType::number, "1; DROP"), std::nullopt);
  EXPECT_EQ(literal(FieldType::number, "nan"), std::nullopt);
}

TEST(OdbcValues, KnowTypesByFileMakersNames) {
  EXPECT_EQ(field_type("binary"), FieldType::container);
  EXPECT_EQ(field_type("global timestamp"), FieldType::timestamp);
  EXPECT_EQ(field_type("date"), FieldType::date);
  EXPECT_EQ(field_type("decimal"), FieldType::number);
  EXPECT_EQ(field_type("varchar"), FieldType::text);
}

TEST(OdbcContent, IsToldByTheNameOfWhatIsInTheContainer) {
  EXPECT_EQ(content_of(std::nullopt), Content::empty);
  EXPECT_EQ(content_of("IMG_1.jpeg"), Content::file);
  EXPECT_EQ(content_of("写真 1.jpg"), Content::file);
  EXPECT_EQ(content_of("image:a.jpg\rimagewin:/C:/a.jpg"), Content::reference);
  EXPECT_EQ(content_of("/Volumes/pictures/a.jpg"), Content::reference);
  EXPECT_EQ(content_of("?"), Content::doubtful);
  EXPECT_EQ(content_of(""), Content::doubtful);
  EXPECT_EQ(content_of("see paper chart"), Content::doubtful);
  EXPECT_EQ(content_of("seen 3.4.2019\nby me.txt"), Content::doubtful);
}

TEST(OdbcUtf16, GoesThereAndBackAndMendsWhatIsNoText) {
  const std::string text = "a é ж 写 😀\n";
  EXPECT_EQ(to_utf8(to_utf16(text)), text);
  EXPECT_EQ(to_utf16("😀").size(), 2U);
  EXPECT_EQ(to_utf8(u"\xD83D"), "\xEF\xBF\xBD");
  for (const auto* bad : {"\xC3", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_THAT(to_utf8(to_utf16(bad)), HasSubstr("\xEF\xBF\xBD"));
  }
}

TEST(OdbcConnectionString, AlwaysPassesUserAndPassword) {
  OdbcOptions options = some_options();
  EXPECT_EQ(connection_string(options),
            "DRIVER={FileMaker ODBC};SERVER=fms.example.org;PORT=2399;DATABASE=Clinic;UID=api;"
            "PWD={pa;ss}}word}");
  options.dsn = "Clinic live";
  options.extra = "UseRemarks=1";
  EXPECT_EQ(connection_string(options),
            "DSN=Clinic live;DATABASE=Clinic;UID=api;PWD={pa;ss}}word};UseRemarks=1");
}

TEST(OdbcConnectionString, RefusesWhatCanNotWork) {
  OdbcOptions cloud = some_options();
  cloud.server = "Clinic.account.filemaker-cloud.com";
  EXPECT_THAT(check_connection_options(cloud).error().what, HasSubstr("use OData"));
  OdbcOptions loose = some_options();
  loose.extra = "UseRemarks=1; Pwd=secret";
  EXPECT_EQ(check_connection_options(loose).error().kind, ErrorKind::invalid);
  EXPECT_THAT(check_connection_options(loose).error().what, Not(HasSubstr("secret")));
  OdbcOptions nobody = some_options();
  nobody.user.clear();
  EXPECT_FALSE(check_connection_options(nobody));
  EXPECT_TRUE(check_connection_options(some_options()));
}

TEST(OdbcConnectionString, IsNotRepeatedByWhatADriverSays) {
  const Secret password("pa;ss}word");
  const std::string echo = "can't log in: " + connection_string(some_options());
  EXPECT_EQ(without_secrets(echo, password), "can't log in:");
  EXPECT_EQ(without_secrets("bad password pa;ss}word for api", password), "bad password … for api");
  EXPECT_EQ(without_secrets("cut off: ... pwd=pa;s", password), "cut off: ...");
  EXPECT_LT(without_secrets(std::string(5000, 'x'), password).size(), 400U);
}

Error error_from(std::vector<Diagnostic> diagnostics, Doing doing = Doing::connecting) {
  return error_of(diagnostics, doing, false, Secret("hidden"));
}

TEST(OdbcDiagnostics, SayWhatTheDriversOwnWordsMean) {
  const Error no_user = error_from(
      {{.state = "28000", .text = "[FileMaker][FileMaker ODBC] User ID must be specified"}});
  EXPECT_EQ(no_user.kind, ErrorKind::denied);
  EXPECT_THAT(no_user.what, HasSubstr("says nothing about the server"));
  const Error not_open = error_from(
      {{.state = "HY000", .text = "[FileMaker][FileMaker ODBC] (802): Unable to open file"}});
  EXPECT_EQ(not_open.kind, ErrorKind::unavailable);
  EXPECT_EQ(not_open.origin_code, k_file_not_open);
  EXPECT_THAT(not_open.what, HasSubstr("fmxdbc"));
  const Error locked =
      error_from({{.state = "HY000", .text = "(301): Record is in use"}}, Doing::writing);
  EXPECT_EQ(locked.kind, ErrorKind::conflict);
  EXPECT_EQ(locked.origin_code, k_record_locked);
}

TEST(OdbcDiagnostics, LookBehindARecordThatCameCutOff) {
  const Error error =
      error_from({{.state = "0000", .text = "[ (1) (SQLDriverConnect)"},
                  {.state = "28000", .text = "[FileMaker] (212): Invalid account"}});
  EXPECT_EQ(error.kind, ErrorKind::denied);
  EXPECT_EQ(error.origin_code, 212);
}

TEST(OdbcDiagnostics, TellFileMakersSqlErrorsApart) {
  const auto what = [](const char* text) {
    return error_from({{.state = "HY000", .text = text}}, Doing::reading).what;
  };
  EXPECT_THAT(what("FQL0001/(1:7): There is an error in the syntax of the query."),
              HasSubstr("does not understand"));
  EXPECT_THAT(what("FQL0002/(1:7): The table named \"x\" does not exist."),
              HasSubstr("no table occurrence"));
  EXPECT_THAT(what("FQL0007/(1:7): The column named \"x\" does not exist in any table."),
              HasSubstr("no field"));
}

TEST(OdbcDiagnostics, PassNoTextOnOnceRecordsAreRead) {
  const std::vector<Diagnostic> diagnostics{
      {.state = "22007", .text = "invalid input: \"Mary Made-Up, 1961\""}};
  EXPECT_THAT(to_line(error_from(diagnostics, Doing::writing)), Not(HasSubstr("Mary")));
  EXPECT_THAT(to_line(error_from(diagnostics, Doing::reading)), Not(HasSubstr("Mary")));
  EXPECT_EQ(error_from(diagnostics, Doing::writing).kind, ErrorKind::invalid);
}

TEST(OdbcDiagnostics, MakeAWriteDoubtfulWhenTheAnswerWasLost) {
  const std::vector<Diagnostic> lost{{.state = "08S01", .text = "Communication link failure"}};
  EXPECT_EQ(error_from(lost, Doing::writing).kind, ErrorKind::in_doubt);
  EXPECT_EQ(error_from(lost, Doing::reading).kind, ErrorKind::unavailable);
  EXPECT_EQ(error_from({{.state = "HYT00"}}, Doing::writing).kind, ErrorKind::in_doubt);
  EXPECT_EQ(error_from({}, Doing::connecting).kind, ErrorKind::unavailable);
  // Drivers say it in words of their own; then it counts what they know about the connection.
  const std::vector<Diagnostic> vague{{.state = "HY000", .text = "Could not send the query"}};
  EXPECT_EQ(error_of(vague, Doing::reading, true, Secret()).kind, ErrorKind::unavailable);
  EXPECT_EQ(error_of(vague, Doing::writing, true, Secret()).kind, ErrorKind::in_doubt);
  EXPECT_EQ(error_of(vague, Doing::reading, false, Secret()).kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace fmferry::odbc
