// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/catalogue.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace fmferry {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// What Django 4.2's sqlmigrate gives for the application's models.
constexpr const char* k_django = R"sql(
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE UNIQUE INDEX "django_content_type_uniq" ON "django_content_type" ("app_label", "model");
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT);
CREATE TABLE "patients" ("id" char(32) NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL,
  "filemaker_metadata" text NULL CHECK ((JSON_VALID("filemaker_metadata") OR
  "filemaker_metadata" IS NULL)));
CREATE TABLE "images_batch" ("id" char(32) NOT NULL PRIMARY KEY, "object_id" char(32) NOT NULL,
  "name" varchar(255) NOT NULL, "description" text NOT NULL, "uploaded_at" datetime NOT NULL,
  "image_count" integer NOT NULL, "content_type_id" integer NOT NULL REFERENCES
  "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL
  REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "images_image" ("id" char(32) NOT NULL PRIMARY KEY, "s3_key" varchar(500) NOT NULL,
  "s3_thumbnail_key" varchar(500) NOT NULL, "original_name" varchar(255) NOT NULL, "file_size"
  integer NOT NULL, "thumbnail_size" integer NULL, "mime_type" varchar(100) NOT NULL, "width"
  integer NULL, "height" integer NULL, "category" varchar(100) NOT NULL, "caption" text NOT NULL,
  "date_taken" date NULL, "uploaded_at" datetime NOT NULL, "filemaker_id" char(32) NULL UNIQUE,
  "order" integer NOT NULL, "batch_id" char(32) NOT NULL REFERENCES "images_batch" ("id")
  DEFERRABLE INITIALLY DEFERRED, "uploaded_by_id" integer NULL REFERENCES "auth_user" ("id")
  DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "images_image_batch_id" ON "images_image" ("batch_id");
INSERT INTO django_content_type (id, app_label, model) VALUES (7, 'images', 'batch'),
  (31, 'patients', 'patient');
)sql";

class FixedClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return {}; }

  std::chrono::system_clock::time_point wall() override { return wall_; }

  bool sleep_for(std::chrono::milliseconds, const std::stop_token&) override { return true; }

  std::chrono::system_clock::time_point wall_{std::chrono::microseconds(1'700'000'000'000'042)};
};

std::string uuid(unsigned number) {
  std::string tail = std::to_string(number);
  return "0a1b2c3d-0000-4000-8000-" + std::string(12 - tail.size(), '0') + tail;
}

class SqliteCatalogueTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fmferry-catalogue-" + uuid_v4());
    fs::create_directory(folder_);
    path_ = folder_ / "db.sqlite3";
    auto opened = SqliteConnection::open(path_, {.mode = SqliteMode::create});
    ASSERT_TRUE(opened);
    other_ = std::make_unique<SqliteConnection>(std::move(*opened));
    sql(k_django);
  }

  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // As another program would.
  void sql(const std::string& text) {
    const Status done = other_->exec(text);
    ASSERT_TRUE(done) << to_line(done.error());
  }

  std::string ask(const std::string& query) {
    const auto answer = other_->query_text(query);
    return answer ? *answer : "ERROR " + to_line(answer.error());
  }

  SqliteCatalogue& catalogue() {
    if (!catalogue_) {
      auto opened = SqliteCatalogue::open({.path = path_,
                                           .source_identity = "clinic",
                                           .busy_timeout = std::chrono::milliseconds(20)},
                                          clock_);
      EXPECT_TRUE(opened);
      catalogue_ = std::move(*opened);
    }
    return *catalogue_;
  }

  Result<UpsertCounts> upsert(const std::vector<ImageRow>& rows) {
    return catalogue().upsert(rows);
  }

  // "inserted changed unchanged", or the error.
  std::string outcome(const std::vector<ImageRow>& rows) {
    const auto counts = upsert(rows);
    if (!counts) {
      return std::string(name_of(counts.error().kind)) + ": " + to_line(counts.error());
    }
    return std::to_string(counts->inserted) + " " + std::to_string(counts->changed) + " " +
           std::to_string(counts->unchanged);
  }

  static ImageRow row(unsigned number, const std::string& day = "2024-03-11") {
    return {.image_id = uuid(number),
            .parent_id = uuid(900),
            .day = day,
            .key = "in/" + uuid(number) + ".jpg",
            .original_name = "IMG.jpg",
            .length = 1000 + number,
            .media_type = "image/jpeg",
            .width = 4032,
            .height = 3024,
            .category = "photo",
            .source_id = uuid(5000 + number)};
  }

  // Everything that is in the two tables.
  std::string dump() {
    return ask("SELECT group_concat(r, char(10)) FROM (SELECT json_array(id, object_id, name, "
               "description, uploaded_at, image_count, content_type_id, uploaded_by_id) AS r FROM "
               "images_batch ORDER BY id)") +
           "\n" +
           ask("SELECT group_concat(r, char(10)) FROM (SELECT json_array(id, s3_key, "
               "s3_thumbnail_key, original_name, file_size, thumbnail_size, mime_type, width, "
               "height, category, caption, date_taken, uploaded_at, filemaker_id, \"order\", "
               "batch_id, uploaded_by_id) AS r FROM images_image ORDER BY id)");
  }

  std::string counts_of_batches() {
    return ask(
        "SELECT group_concat(name || '=' || image_count, ' ') FROM (SELECT * FROM "
        "images_batch ORDER BY name)");
  }

  fs::path folder_;
  fs::path path_;
  std::unique_ptr<SqliteConnection> other_;
  FixedClock clock_;
  std::unique_ptr<SqliteCatalogue> catalogue_;
};

TEST_F(SqliteCatalogueTest, RefusesAFileThatIsNotThereOrNoDatabase) {
  const auto missing = SqliteCatalogue::open({.path = folder_ / "none.db"}, clock_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_THAT(to_line(missing.error()), HasSubstr("none.db"));
  EXPECT_FALSE(fs::exists(folder_ / "none.db"));

  std::ofstream(folder_ / "text.db") << std::string(4000, 'x');
  const auto text = SqliteCatalogue::open({.path = folder_ / "text.db"}, clock_);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::corrupt);
}

TEST_F(SqliteCatalogueTest, AcceptsTheTablesAsDjangoMakesThem) {
  const Status checked = catalogue().check();
  EXPECT_TRUE(checked) << to_line(checked.error());
}

TEST_F(SqliteCatalogueTest, NamesATableThatIsMissing) {
  sql("ALTER TABLE images_batch RENAME TO gone");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("invalid: table images_batch"));
}

TEST_F(SqliteCatalogueTest, NamesAColumnThatIsMissing) {
  sql("ALTER TABLE images_image RENAME COLUMN s3_key TO location");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("invalid: column images_image.s3_key"));
}

TEST_F(SqliteCatalogueTest, NamesAColumnThatWouldBeLeftWithoutAValue) {
  sql("CREATE TABLE copy AS SELECT * FROM patients; DROP TABLE images_image;"
      "CREATE TABLE images_image (id char(32), s3_key text, s3_thumbnail_key text, original_name "
      "text, file_size integer, mime_type text, width integer, height integer, category text, "
      "caption text, date_taken date, uploaded_at datetime, filemaker_id char(32), \"order\" "
      "integer, batch_id char(32), consent boolean NOT NULL)");
  const Status refused = catalogue().check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().what, HasSubstr("images_image.consent"));
}

TEST_F(SqliteCatalogueTest, NamesAColumnThatMustNotBeNullButMayBe) {
  sql("DROP TABLE images_image;"
      "CREATE TABLE images_image (id char(32), s3_key text, s3_thumbnail_key text, original_name "
      "text, file_size integer, mime_type text, width integer NOT NULL, height integer, category "
      "text, caption text, date_taken date, uploaded_at datetime, filemaker_id char(32), \"order\" "
      "integer, batch_id char(32))");
  EXPECT_THAT(to_line(catalogue().check().error()), HasSubstr("images_image.width"));
}

TEST_F(SqliteCatalogueTest, NamesAContentTypeThatIsMissing) {
  sql("DELETE FROM django_content_type WHERE model = 'patient'");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("app_label patients, model patient"));
}

TEST_F(SqliteCatalogueTest, FindsParentsByTheirSourceIds) {
  sql("INSERT INTO patients VALUES "
      "('0a1b2c3d000040008000000000000001', 'a', '{\"filemaker_id\": \"" +
      uuid(1) +
      "\"}'),"
      "('0a1b2c3d000040008000000000000002', 'b', '{\"filemaker_id\": \"AB-7\"}'),"
      "('0a1b2c3d000040008000000000000003', 'c', '{}'),"
      "('0a1b2c3d000040008000000000000004', 'd', NULL),"
      "('0a1b2c3d000040008000000000000005', 'e', '{\"filemaker_id\": 12}')");
  std::string upper = uuid(1);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const std::vector<std::string> asked{upper, "AB-7", "ab-7", "12", "", uuid(77)};
  const auto found = catalogue().parents(asked);
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_THAT(*found,
              testing::UnorderedElementsAre(
                  Pair(upper, uuid(1)), Pair("AB-7", uuid(2)), Pair("12", uuid(5))));
}

TEST_F(SqliteCatalogueTest, SeesParentsThatWereImportedAnew) {
  const std::vector<std::string> asked{"7"};
  ASSERT_THAT(*catalogue().parents(asked), IsEmpty());
  sql("INSERT INTO patients VALUES "
      "('0a1b2c3d000040008000000000000001', 'a', '{\"filemaker_id\": \"7\"}')");
  EXPECT_THAT(*catalogue().parents(asked), ElementsAre(Pair("7", uuid(1))));
  sql("UPDATE patients SET id = '0a1b2c3d000040008000000000000002'");
  EXPECT_THAT(*catalogue().parents(asked), ElementsAre(Pair("7", uuid(2))));
}

TEST_F(SqliteCatalogueTest, ASourceIdOfTwoParentsIsUnknown) {
  sql("INSERT INTO patients VALUES "
      "('0a1b2c3d000040008000000000000001', 'a', '{\"filemaker_id\": \"7\"}'),"
      "('0a1b2c3d000040008000000000000002', 'b', '{\"filemaker_id\": \"7\"}'),"
      "('0a1b2c3d000040008000000000000003', 'c', '{\"filemaker_id\": \"7\"}')");
  const std::vector<std::string> asked{"7"};
  EXPECT_THAT(*catalogue().parents(asked), IsEmpty());
}

TEST_F(SqliteCatalogueTest, WritesRowsAsDjangoReadsThem) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  EXPECT_EQ(ask("SELECT json_array(length(id), object_id, name, description, uploaded_at, "
                "image_count, content_type_id, uploaded_by_id) FROM images_batch"),
            R"([32,"0a1b2c3d000040008000000000000900","2024-03-11","",)"
            R"("2023-11-14 22:13:20.000042",1,31,null])");
  EXPECT_EQ(ask("SELECT json_array(id, s3_thumbnail_key, file_size, width, caption, date_taken, "
                "uploaded_at, filemaker_id, \"order\", typeof(file_size)) FROM images_image"),
            R"(["0a1b2c3d000040008000000000000001","",1001,4032,"","2024-03-11",)"
            R"("2023-11-14 22:13:20.000042","0a1b2c3d000040008000000000005001",0,"integer"])");
  EXPECT_EQ(ask("SELECT count(*) FROM images_image JOIN images_batch ON batch_id = "
                "images_batch.id"),
            "1");
}

TEST_F(SqliteCatalogueTest, WritesAWholeSecondWithoutAFractionAsDjangoDoes) {
  clock_.wall_ = std::chrono::system_clock::from_time_t(1'700'000'000);
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  EXPECT_EQ(ask("SELECT uploaded_at FROM images_batch"), "2023-11-14 22:13:20");
  EXPECT_EQ(ask("SELECT uploaded_at FROM images_image"), "2023-11-14 22:13:20");
}

TEST_F(SqliteCatalogueTest, NoUuidIsWrittenWithDashesOrInUpperCase) {
  ImageRow loud = row(1);
  for (std::string* text : {&loud.image_id, &loud.parent_id, &loud.source_id}) {
    for (char& c : *text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  ASSERT_EQ(outcome({loud}), "1 0 0");
  EXPECT_EQ(ask("SELECT count(*) FROM images_image WHERE id GLOB '*[-A-Z]*' OR batch_id GLOB "
                "'*[-A-Z]*' OR filemaker_id GLOB '*[-A-Z]*'"),
            "0");
  EXPECT_EQ(ask("SELECT object_id FROM images_batch"), "0a1b2c3d000040008000000000000900");
  EXPECT_EQ(outcome({row(1)}), "0 0 1");
}

TEST_F(SqliteCatalogueTest, TheSameRowsAgainChangeNothing) {
  const std::vector<ImageRow> rows{row(3), row(1), row(2, ""), row(4, "2024-03-12")};
  ASSERT_EQ(outcome(rows), "4 0 0");
  const std::string before = dump();
  clock_.wall_ += std::chrono::hours(1);
  const std::string version = ask("PRAGMA data_version");
  EXPECT_EQ(outcome(rows), "0 0 4");
  EXPECT_EQ(ask("PRAGMA data_version"), version) << "nothing at all was written";
  EXPECT_EQ(dump(), before);
}

TEST_F(SqliteCatalogueTest, TheOrderOfArrivalLeavesNoTrace) {
  ASSERT_EQ(outcome({row(3)}), "1 0 0");
  ASSERT_EQ(outcome({row(1), row(2)}), "2 0 0");
  const std::string before = dump();
  sql("DELETE FROM images_image; DELETE FROM images_batch");
  ASSERT_EQ(outcome({row(2), row(3), row(1)}), "3 0 0");
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(ask("SELECT group_concat(\"order\") FROM (SELECT * FROM images_image ORDER BY s3_key)"),
            "0,1,2");
}

TEST_F(SqliteCatalogueTest, ARowThatMovesLeavesBothCountsRight) {
  ASSERT_EQ(outcome({row(1), row(2), row(3)}), "3 0 0");
  ASSERT_EQ(outcome({row(2, "2024-03-12"), row(3, "")}), "0 2 0");
  EXPECT_EQ(counts_of_batches(), "2024-03-11=1 2024-03-12=1 Undated=1");
  ASSERT_EQ(outcome({row(1, "2024-03-12")}), "0 1 0");
  EXPECT_EQ(counts_of_batches(), "2024-03-11=0 2024-03-12=2 Undated=1");
}

TEST_F(SqliteCatalogueTest, MendsACountThatIsWrong) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  sql("UPDATE images_batch SET image_count = 12");
  EXPECT_EQ(outcome({row(1)}), "0 0 1");
  EXPECT_EQ(counts_of_batches(), "2024-03-11=1");
}

TEST_F(SqliteCatalogueTest, KeepsWhatTheApplicationAdded) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  sql("UPDATE images_image SET caption = 'left arm', s3_thumbnail_key = 't', \"order\" = 5");
  ImageRow again = row(1);
  again.width.reset();
  again.media_type = "image/png";
  EXPECT_EQ(outcome({again}), "0 1 0");
  EXPECT_EQ(ask("SELECT json_array(caption, s3_thumbnail_key, \"order\", width, mime_type) FROM "
                "images_image"),
            R"(["left arm","t",5,4032,"image/png"])");
}

TEST_F(SqliteCatalogueTest, ASourceIdThatIsNoUuidIsNotWritten) {
  ImageRow numbered = row(1);
  numbered.source_id = "4711";
  ASSERT_EQ(outcome({numbered}), "1 0 0");
  EXPECT_EQ(ask("SELECT filemaker_id IS NULL FROM images_image"), "1");
}

TEST_F(SqliteCatalogueTest, AConflictNamesTheImageOnlyAndTakesBackTheWholeCall) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  const std::string before = dump();
  ImageRow rival = row(3);
  rival.source_id = row(1).source_id;
  const std::string refused = outcome({row(2, "2024-05-01"), rival});
  EXPECT_THAT(refused, testing::StartsWith("conflict: "));
  EXPECT_THAT(refused, HasSubstr(rival.image_id));
  EXPECT_THAT(refused, testing::Not(HasSubstr(rival.source_id)));
  EXPECT_EQ(dump(), before);
}

TEST_F(SqliteCatalogueTest, RefusesValuesThatDoNotFit) {
  ImageRow bad_id = row(1);
  bad_id.image_id = "1";
  EXPECT_THAT(outcome({bad_id}), testing::StartsWith("invalid"));
  ImageRow bad_parent = row(1);
  bad_parent.parent_id = "";
  EXPECT_THAT(outcome({bad_parent}), testing::StartsWith("invalid"));
  EXPECT_THAT(outcome({row(1, "11.3.2024")}), testing::StartsWith("invalid"));
  ImageRow long_key = row(1);
  long_key.key = std::string(501, 'k');
  EXPECT_THAT(outcome({long_key}), HasSubstr("images_image.s3_key"));
  ImageRow long_name = row(1);
  for (int i = 0; i < 300; ++i) long_name.original_name += "ä";
  EXPECT_EQ(outcome({long_name}), "1 0 0");
  EXPECT_EQ(ask("SELECT length(original_name) FROM images_image"), "255");
  EXPECT_EQ(outcome({long_name}), "0 0 1");
}

TEST_F(SqliteCatalogueTest, ALockedDatabaseIsBusy) {
  ASSERT_TRUE(catalogue().check());
  sql("BEGIN EXCLUSIVE");
  EXPECT_THAT(outcome({row(1)}), testing::StartsWith("busy"));
  sql("COMMIT");
  EXPECT_EQ(outcome({row(1)}), "1 0 0");
}

TEST_F(SqliteCatalogueTest, GivesBackRowsByTheirIds) {
  ASSERT_EQ(outcome({row(1), row(2)}), "2 0 0");
  const std::vector<std::string> asked{uuid(2), uuid(99), uuid(1)};
  const auto found = catalogue().rows(asked);
  ASSERT_TRUE(found) << to_line(found.error());
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).image_id, uuid(2));
  EXPECT_EQ(found->at(0).length, 1002);
  EXPECT_EQ(found->at(1).key, row(1).key);
}

TEST_F(SqliteCatalogueTest, TheBatchIdsNeverChange) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  EXPECT_EQ(ask("SELECT id FROM images_batch"), "b1f27d4397a850eb887fb8251dc95df5");
}

// A clinic's worth in one call; the pace is printed, not judged.
TEST_F(SqliteCatalogueTest, LinksTenThousandRowsAndThenChangesNone) {
  std::vector<ImageRow> rows;
  for (unsigned i = 1; i <= 10'000; ++i) {
    rows.push_back(row(i, "2024-0" + std::to_string(i % 9 + 1) + "-11"));
    rows.back().parent_id = uuid(20'000 + i % 1700);
  }
  for (const char* expected : {"10000 0 0", "0 0 10000"}) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(outcome(rows), expected);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("link: %.0f rows/s\n", 10'000 / took.count());
  }
}

}  // namespace
}  // namespace fmferry
