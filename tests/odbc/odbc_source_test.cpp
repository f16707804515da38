// SPDX-License-Identifier: Apache-2.0
#include "odbc/standin.hpp"
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace fmferry {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::new_database;
using testing_support::options_for;
using testing_support::run_sql;

class OdbcSourceTest : public testing::Test {
 protected:
  // Beside the clinic a table with what people call fields, and what they put there.
  static void SetUpTestSuite() {
    database_ = new_database();
    run_sql(database_, R"sql(
      CREATE TABLE "Odd ""Table""" (rowid bigint, rowmodid bigint, "_id" numeric, "a ""note""" varchar,
                                    "day" date, "photo" container[], "paper" container);
      CREATE TRIGGER committed BEFORE UPDATE ON "Odd ""Table""" FOR EACH ROW
        EXECUTE FUNCTION commit_record();
      INSERT INTO "Odd ""Table""" VALUES
        (1, 0, 12345678901234567, repeat('😀é', 500000), '2026-11-25',
         ARRAY[inserted_picture('a.jpg', 'JPEG', 'first'), inserted_file('b.pdf', 'second')],
         inserted_picture('?', 'PNGf', 'pasted')),
        (2, 0, NULL, NULL, NULL, ARRAY[NULL, NULL]::container[], only_text('Dr. Who, tel.no')),
        (3, 0, 0.5, '', NULL, ARRAY[inserted_file('no extension', 'third'), NULL],
         only_text('typed text')),
        (4, 0, 4, 'x', NULL, ARRAY[inserted_file('', 'unnamed'), only_text('')], NULL);
    )sql");
  }

  std::unique_ptr<OdbcSource> open(OdbcOptions options) {
    auto source = OdbcSource::open(std::move(options));
    if (!source) {
      ADD_FAILURE() << to_line(source.error());
      return nullptr;
    }
    return std::move(*source);
  }

  OdbcOptions odd_options() {
    OdbcOptions options = options_for(database_);
    options.table = "Odd \"Table\"";
    options.containers = {"photo", "photo(2)", "paper"};
    options.fields = {"_id", "a \"note\"", "day"};
    options.written_fields = {"a \"note\"", "day"};
    return options;
  }

  static std::string fetch(Source& source, const Record& record, const std::string& field) {
    std::string bytes;
    const ByteSink sink = [&bytes](ByteView piece) -> Status {
      bytes += piece;
      return {};
    };
    const auto info = source.fetch(record, *record.container(field), sink, {});
    return info ? bytes : "ERROR " + std::string(name_of(info.error().kind));
  }

  static inline std::string database_{};
};

TEST_F(OdbcSourceTest, TellsWhichTableOrFieldItDoesNotHave) {
  OdbcOptions no_table = options_for(database_);
  no_table.table = "API_Imges";
  auto status = open(no_table)->check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid);
  EXPECT_THAT(status.error().what, HasSubstr("did you mean 'API_Images'?"));

  OdbcOptions no_field = options_for(database_);
  no_field.containers = {"image_full"};
  EXPECT_THAT(open(no_field)->check({}).error().what, HasSubstr("did you mean 'image_Full'?"));
  no_field.containers = {"image_Full(2)"};
  EXPECT_THAT(open(no_field)->check({}).error().what, HasSubstr("has 1 repetitions"));
  no_field.containers = {"id"};
  EXPECT_THAT(open(no_field)->check({}).error().what, HasSubstr("no container"));

  OdbcOptions not_writable = options_for(database_);
  not_writable.written_fields = {"image_Full_length"};
  EXPECT_THAT(open(not_writable)->check({}).error().what, HasSubstr("can't be written"));
}

TEST_F(OdbcSourceTest, ReadsTextsOfAnyLengthAndNumbersToTheLastDigit) {
  const auto source = open(odd_options());
  ASSERT_TRUE(source->check({}));
  const auto page = source->page(1, 10, {});
  ASSERT_TRUE(page) << to_line(page.error());
  ASSERT_EQ(page->records.size(), 4U);
  const Record& first = page->records[0];
  EXPECT_EQ(first.field("_id"), "12345678901234567");
  EXPECT_EQ(first.field("day"), "11/25/2026");
  std::string note;
  for (int i = 0; i < 500000; ++i) note += "😀é";
  EXPECT_TRUE(first.field("a \"note\"") == note) << first.field("a \"note\"").size();
  for (const auto& [name, value] : page->records[1].fields) EXPECT_EQ(value, "") << name;
}

TEST_F(OdbcSourceTest, AsksForTheBytesWhereTheNameDoesNotSayWhetherThereAreAny) {
  const auto source = open(odd_options());
  const auto records = source->page(1, 10, {})->records;
  const auto state = [&records](std::size_t i, const std::string& field) {
    return records.at(i).container(field)->state;
  };
  EXPECT_EQ(state(0, "paper"), ContainerState::filled) << "pasted: it has no name";
  EXPECT_EQ(fetch(*source, records[0], "paper"), "pasted");
  EXPECT_EQ(state(2, "photo"), ContainerState::filled) << "a file without an extension";
  EXPECT_EQ(fetch(*source, records[2], "photo"), "third");
  EXPECT_EQ(state(2, "paper"), ContainerState::unreachable) << "typed text";
  EXPECT_EQ(state(3, "photo"), ContainerState::filled) << "a file without a name";
  EXPECT_EQ(state(3, "photo(2)"), ContainerState::empty) << "no name and no bytes";
  // Typed text that looks like a file's name shows what it is when it is fetched.
  EXPECT_EQ(state(1, "paper"), ContainerState::filled);
  EXPECT_EQ(fetch(*source, records[1], "paper"), "ERROR corrupt");
}

TEST_F(OdbcSourceTest, TakesTheFileAndNotItsPreviewFromEachRepetition) {
  const auto source = open(odd_options());
  const auto record = source->read(1, {});
  ASSERT_TRUE(record) << to_line(record.error());
  EXPECT_EQ(fetch(*source, *record, "photo"), "first");
  EXPECT_EQ(fetch(*source, *record, "photo(2)"), "second");

  OdbcOptions previews = odd_options();
  previews.streams = {"JPEG", "DEFAULT"};
  const auto other = open(previews);
  EXPECT_EQ(fetch(*other, *other->read(1, {}), "photo(2)"), "a preview");
}

TEST_F(OdbcSourceTest, KnowsTheNamesThatFilesHad) {
  const auto source = open(odd_options());
  const auto record = source->read(1, {});
  const ByteSink sink = [](ByteView) -> Status { return {}; };
  EXPECT_EQ(source->fetch(*record, *record->container("photo(2)"), sink, {})->file_name, "b.pdf");
  EXPECT_EQ(source->fetch(*record, *record->container("paper"), sink, {})->file_name, "");
}

TEST_F(OdbcSourceTest, StreamsALargeContainerInPieces) {
  run_sql(database_, R"sql(
    UPDATE "API_Images" SET "image_Full" = inserted_file('large.tif',
      (SELECT string_agg(sha256(n::text::bytea), ''::bytea ORDER BY n) FROM generate_series(1, 500000) n))
    WHERE rowid = 101)sql");
  const auto source = open(options_for(database_));
  const auto record = source->read(101, {});
  ASSERT_TRUE(record);
  Hasher hasher;
  std::size_t largest = 0;
  const ByteSink sink = [&](ByteView piece) -> Status {
    hasher.update(piece);
    largest = std::max(largest, piece.size());
    return {};
  };
  const auto info = source->fetch(*record, *record->container("image_Full"), sink, {});
  ASSERT_TRUE(info) << to_line(info.error());
  EXPECT_EQ(info->length, 16'000'000);
  EXPECT_TRUE(info->length_announced);
  EXPECT_LE(largest, 256U * 1024);
  std::string hash = run_sql(
      database_,
      R"sql(SELECT encode(sha256(GetAs("image_Full", 'FILE')), 'hex') FROM "API_Images" WHERE rowid = 101)sql");
  EXPECT_EQ(to_hex(hasher.finish()), trim(hash));
}

TEST_F(OdbcSourceTest, WritesAStampThatReadsBackAsItWasWritten) {
  const auto source = open(options_for(database_));
  const FieldUpdates updates{{"NexusExportDate", "11/25/2026 09:05:00"},
                             {"best_image_container", "it's \"é\" 😀"}};
  const auto before = source->read(101, {});
  ASSERT_TRUE(before);
  const auto written = source->write(101, updates, before->mod_id, {});
  ASSERT_TRUE(written) << to_line(written.error());
  const auto after = source->read(101, {});
  for (const auto& [name, value] : updates) EXPECT_EQ(after->field(name), value);
  ASSERT_TRUE(source->write(
      101, {{"NexusExportDate", ""}, {"best_image_container", ""}}, after->mod_id, {}));
  EXPECT_EQ(trim(run_sql(database_,
                         R"sql(SELECT "NexusExportDate" IS NULL AND "best_image_container" IS NULL
                              FROM "API_Images" WHERE rowid = 101)sql")),
            "t");
}

TEST_F(OdbcSourceTest, RefusesAValueThatDoesNotFitWithoutRepeatingIt) {
  const auto source = open(options_for(database_));
  const auto written = source->write(101, {{"NexusExportDate", "private value"}}, {}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::invalid);
  EXPECT_THAT(to_line(written.error()), HasSubstr("NexusExportDate"));
  EXPECT_THAT(to_line(written.error()), Not(HasSubstr("private value")));
}

// The lock is a real one, held by another connection; the stand-in says it in FileMaker's words.
TEST_F(OdbcSourceTest, LeavesOutOfManyARecordThatSomebodyHasOpen) {
  run_sql(database_, "ALTER DATABASE \"" + database_ + "\" SET lock_timeout = '100ms'");
  const auto source = open(options_for(database_));
  const auto page = source->page(1, 40, {});
  ASSERT_TRUE(page);
  std::vector<RecordWrite> writes;
  for (const auto& record : page->records) {
    writes.push_back({record.record_id, {{"best_image_container", "of many"}}, record.mod_id});
  }
  const std::string locked = std::to_string(writes[17].record_id);
  std::jthread somebody([&] {
    run_sql(database_,
            "BEGIN; SELECT rowid FROM \"API_Images\" WHERE rowid = " + locked +
                " FOR UPDATE; SELECT pg_advisory_lock(17); SELECT pg_sleep(60)",
            testing_support::Ends::by_force);
  });
  while (trim(run_sql(database_, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) !=
         "1") {
    std::this_thread::yield();
  }
  const auto written = source->write_many(writes, {});
  run_sql(database_, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(written[i].has_value(), i != 17) << i;
  }
  ASSERT_FALSE(written[17]);
  EXPECT_EQ(written[17].error().kind, ErrorKind::conflict);
  EXPECT_EQ(written[17].error().origin_code, 301);
}

TEST_F(OdbcSourceTest, SaysWhoseFaultAWrongPasswordIs) {
  OdbcOptions options = options_for(database_);
  options.password = Secret("wrong-and-secret");
  const auto source = open(options);
  for (int i = 0; i < 2; ++i) {
    const auto status = source->check({});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::denied) << to_line(status.error());
    EXPECT_THAT(to_line(status.error()), Not(HasSubstr("wrong-and-secret")));
  }
}

TEST_F(OdbcSourceTest, SaysWhatIsMissingForOdbc) {
  OdbcOptions no_manager = options_for(database_);
  no_manager.driver_manager = "/nowhere/libodbc.so.2";
  const auto unmanaged = OdbcSource::open(no_manager);
  ASSERT_FALSE(unmanaged);
  EXPECT_EQ(unmanaged.error().kind, ErrorKind::invalid);
  EXPECT_THAT(unmanaged.error().what, HasSubstr("install it"));

  OdbcOptions no_driver = options_for(database_);
  no_driver.driver = "FileMaker ODBC 99";
  const auto status = open(no_driver)->check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid) << to_line(status.error());
  EXPECT_THAT(status.error().what, HasSubstr("odbcinst.ini"));

  OdbcOptions no_server = options_for(database_);
  no_server.port = 1;
  const auto refused = open(no_server)->check({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable) << to_line(refused.error());
}

}  // namespace
}  // namespace fmferry
