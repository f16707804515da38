// SPDX-License-Identifier: Apache-2.0
// Applications other than the one that the contract suite plays.
#include "application.hpp"
#include <fmferry/sql/catalogue.hpp>

#include <gmock/gmock.h>

#include <chrono>

namespace fmferry::test {
namespace {

using sql::Mapping;
using testing::ElementsAre;
using testing::HasSubstr;

class Stopped final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return {}; }

  std::chrono::system_clock::time_point wall() override {
    return std::chrono::system_clock::from_time_t(1'700'000'000);
  }

  bool sleep_for(std::chrono::milliseconds, const std::stop_token&) override { return true; }
};

ImageRow image(unsigned number) {
  return {.image_id = "0a1b2c3d-0000-4000-8000-00000000000" + std::to_string(number),
          .parent_id = "7",
          .parent_key = "P7",
          .day = "2024-03-11",
          .key = "in/" + std::to_string(number) + ".jpg",
          .original_name = std::to_string(number) + ".jpg",
          .length = 100 + number,
          .media_type = "image/jpeg",
          .sha256 = std::string(64, 'a'),
          .container = "image_Full",
          .record_id = number,
          .fields = {{"Body part", "left arm"}, {"When", "03/11/2024 10:20:30"}},
          .source_id = "S" + std::to_string(number)};
}

class Mappings : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    application_ = GetParam() ? new_postgres_application() : new_sqlite_application();
    other_ = application_->connect();
  }

  void sql_ok(const std::string& statement) {
    const auto done = other_->run(statement, {});
    ASSERT_TRUE(done) << to_line(done.error());
  }

  std::string ask(const std::string& query) {
    const auto rows = other_->run(query, {});
    if (!rows) return to_line(rows.error());
    std::string text;
    for (const auto& row : *rows) {
      for (const auto& value : row) text += value.value_or("NULL") + "|";
      text += "\n";
    }
    return text;
  }

  std::unique_ptr<sql::SqlCatalogue> catalogue(Mapping mapping) {
    return std::make_unique<sql::SqlCatalogue>(
        application_->connect(), std::move(mapping), "clinic", clock_);
  }

  static std::string outcome(const Result<UpsertCounts>& counts) {
    if (!counts) return to_line(counts.error());
    return std::to_string(counts->inserted) + " " + std::to_string(counts->changed) + " " +
           std::to_string(counts->unchanged);
  }

  // A gallery with numbers for ids, as Django makes them by default.
  Mapping gallery() {
    sql_ok(GetParam()
               ? "CREATE TABLE person (id bigserial PRIMARY KEY, code varchar(20))"
               : "CREATE TABLE person (id integer PRIMARY KEY AUTOINCREMENT, code varchar(20))");
    sql_ok("INSERT INTO person (id, code) VALUES (7, 'P7'), (8, 'P8')");
    const std::string id =
        GetParam() ? "id bigserial PRIMARY KEY" : "id integer NOT NULL PRIMARY KEY AUTOINCREMENT";
    sql_ok(
        "CREATE TABLE gallery_photo (" + id +
        ", source_key varchar(36) NOT NULL UNIQUE, person_id bigint NOT NULL REFERENCES person "
        "(id), file varchar(100) NOT NULL, size integer NULL, content_type varchar(100) NOT "
        "NULL, body_part varchar(5) NOT NULL, taken_at date NULL, created_at timestamp NOT NULL, "
        "is_public boolean NOT NULL, caption text NOT NULL)");
    Mapping mapping = *sql::preset("django-generic");
    mapping.images.table = "gallery_photo";
    mapping.images.key = "source_key";
    mapping.parent_column = "person_id";
    mapping.parents->table = "person";
    mapping.parents->matches = {*sql::parse_match("code")};
    rule(mapping, "source_key", "{image_id}");
    rule(mapping, "body_part", "{field:Body part}");
    rule(mapping, "is_public", "no");
    return mapping;
  }

  static void rule(Mapping& mapping, const std::string& column, const std::string& value) {
    mapping.images.columns[column].value = *sql::Expression::parse(value);
  }

  std::unique_ptr<Application> application_;
  std::unique_ptr<sql::Database> other_;
  Stopped clock_;
};

INSTANTIATE_TEST_SUITE_P(Databases, Mappings, testing::Bool(), [](const auto& info) {
  return info.param ? "postgresql" : "sqlite";
});

TEST_P(Mappings, AnyTableIsFilledByTheNamesOfItsColumns) {
  auto catalogue = this->catalogue(gallery());
  const std::vector<ParentKeys> keys{{"P7"}, {"P9"}};
  EXPECT_THAT(*catalogue->parents(keys),
              ElementsAre(testing::Optional(std::string("7")), std::nullopt));
  EXPECT_EQ(outcome(catalogue->upsert(std::vector{image(1), image(2)})), "2 0 0");
  EXPECT_EQ(ask("SELECT id, source_key, person_id, file, size, content_type, body_part, taken_at, "
                "created_at, caption FROM gallery_photo WHERE size = 101"),
            "1|" + image(1).image_id +
                "|7|in/1.jpg|101|image/jpeg|left |2024-03-11|2023-11-14 22:13:20||\n");
  EXPECT_EQ(outcome(catalogue->upsert(std::vector{image(1), image(2)})), "0 0 2");
  EXPECT_EQ(catalogue->rows_after("", 10)->front().key, "in/1.jpg");
}

TEST_P(Mappings, ALengthThatIsGoneIsNoneAndOneThatIsNotKeptIsUnknown) {
  Mapping mapping = gallery();
  auto catalogue = this->catalogue(mapping);
  ASSERT_EQ(outcome(catalogue->upsert(std::vector{image(1)})), "1 0 0");
  EXPECT_EQ(catalogue->rows_after("", 10)->front().length, 101);
  sql_ok("UPDATE gallery_photo SET size = NULL");
  EXPECT_EQ(catalogue->rows_after("", 10)->front().length, 0);
  rule(mapping, "size", "7");
  EXPECT_EQ(this->catalogue(mapping)->rows_after("", 10)->front().length, -1);
}

TEST_P(Mappings, WithoutGroupsTheImageItselfGetsItsNewParent) {
  auto catalogue = this->catalogue(gallery());
  ASSERT_EQ(outcome(catalogue->upsert(std::vector{image(1)})), "1 0 0");
  ImageRow moved = image(1);
  moved.parent_id = "8";
  EXPECT_EQ(outcome(catalogue->upsert(std::vector{moved})), "0 1 0");
  EXPECT_EQ(ask("SELECT person_id FROM gallery_photo"), "8|\n");
}

TEST_P(Mappings, AParentThatIsNotThereIsRefusedByTheDatabaseAndNothingIsWritten) {
  auto catalogue = this->catalogue(gallery());
  ImageRow lost = image(2);
  lost.parent_id = "99";
  const auto refused = catalogue->upsert(std::vector{image(1), lost});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(ask("SELECT count(*) FROM gallery_photo"), "0|\n");
}

TEST_P(Mappings, ANumberForAKeyIsRefusedWithWhatToDo) {
  Mapping mapping = gallery();
  mapping.images.key = "id";
  const Status checked = catalogue(std::move(mapping))->check();
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().what, HasSubstr("gallery_photo.id can't hold an id of ours"));
}

TEST_P(Mappings, AMappingWithoutTheObjectsKeyIsRefused) {
  Mapping mapping = gallery();
  rule(mapping, "file", "somewhere");
  EXPECT_THAT(catalogue(std::move(mapping))->check().error().what, HasSubstr("\"{key}\""));
}

TEST_P(Mappings, PeopleWithoutAnApplicationGetATable) {
  auto catalogue = this->catalogue(*sql::preset("plain"));
  ASSERT_TRUE(catalogue->check());
  ASSERT_TRUE(catalogue->check()) << "and once more";
  EXPECT_TRUE(catalogue->rows_after("", 10)->empty());
  EXPECT_THAT(ask("SELECT * FROM fmferry_image"), HasSubstr("fmferry_image")) << "not made yet";
  ASSERT_TRUE(catalogue->rehearse(std::vector{image(1)}));
  EXPECT_THAT(ask("SELECT * FROM fmferry_image"), HasSubstr("fmferry_image")) << "nor by a plan";
  ImageRow row = image(1);
  const std::vector<ParentKeys> keys{{"P7"}, {}};
  const auto parents = catalogue->parents(keys);
  ASSERT_TRUE(parents);
  EXPECT_EQ(parents->front(), "P7");
  EXPECT_EQ(parents->back(), "") << "needs none";
  EXPECT_EQ(outcome(catalogue->upsert(std::vector{row})), "1 0 0");
  EXPECT_EQ(ask("SELECT record_id, parent, day, object_key, length, width FROM fmferry_image"),
            "1|P7|2024-03-11|in/1.jpg|101|NULL|\n");
  EXPECT_EQ(outcome(catalogue->upsert(std::vector{row})), "0 0 1");
  EXPECT_EQ(catalogue->orphans_after("", 10)->size(), 0U);
}

TEST(Matches, AreColumnsPathsAndFields) {
  const auto match = sql::parse_match("meta.ids.filemaker = Patient::id");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->column, "meta");
  EXPECT_THAT(match->path, ElementsAre("ids", "filemaker"));
  EXPECT_EQ(match->field, "Patient::id");
  for (const char* bad : {"", "a..b", "a =", "a\"b"}) EXPECT_FALSE(sql::parse_match(bad)) << bad;
}

TEST(Presets, AreThree) {
  for (const char* name : {"nexus", "plain", "django-generic"})
    EXPECT_TRUE(sql::preset(name)) << name;
  EXPECT_FALSE(sql::preset("other"));
}

}  // namespace
}  // namespace fmferry::test
