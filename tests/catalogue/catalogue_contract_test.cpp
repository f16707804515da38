// SPDX-License-Identifier: Apache-2.0
#include "catalogue_contract.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <map>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

INSTANTIATE_TEST_SUITE_P(
    Databases,
    CatalogueContract,
    testing::Values(DatabaseCase{"sqlite", new_sqlite_application, k_on_sqlite},
                    DatabaseCase{"postgresql", new_postgres_application, k_on_postgres}),
    [](const auto& info) { return info.param.name; });

TEST_P(CatalogueContract, AcceptsTheTablesAsDjangoMakesThem) {
  const Status checked = catalogue().check();
  EXPECT_TRUE(checked) << to_line(checked.error());
}

TEST_P(CatalogueContract, NamesATableThatIsMissing) {
  sql("ALTER TABLE images_batch RENAME TO gone");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("invalid: table images_batch"));
}

TEST_P(CatalogueContract, NamesAColumnThatIsMissing) {
  sql("ALTER TABLE images_image RENAME COLUMN s3_key TO location");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("invalid: column images_image.s3_key"));
}

TEST_P(CatalogueContract, NamesAColumnThatWouldBeLeftWithoutAValue) {
  sql("ALTER TABLE images_image ADD COLUMN consent_given integer");
  EXPECT_TRUE(catalogue().check());
  sql("ALTER TABLE images_image RENAME TO old; DROP TABLE old");
  std::string stricter(GetParam().schema);
  const std::size_t table = stricter.find("CREATE TABLE \"images_image\" (");
  stricter = stricter.substr(table, stricter.find(';', table) - table);
  stricter.insert(stricter.find('(') + 1, "\"consent\" boolean NOT NULL, ");
  sql(stricter);
  const Status refused = catalogue().check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().what, HasSubstr("images_image.consent"));
}

TEST_P(CatalogueContract, NamesAColumnThatMustNotBeNullButMayBe) {
  sql("DROP TABLE images_image");
  std::string stricter(GetParam().schema);
  const std::size_t table = stricter.find("CREATE TABLE \"images_image\" (");
  stricter = stricter.substr(table, stricter.find(';', table) - table);
  const std::size_t width = stricter.find("\"width\"");
  stricter.replace(stricter.find("NULL", width), 4, "NOT NULL");
  sql(stricter);
  EXPECT_THAT(to_line(catalogue().check().error()), HasSubstr("images_image.width"));
}

TEST_P(CatalogueContract, NamesAContentTypeThatIsMissing) {
  sql("DELETE FROM django_content_type WHERE model = 'patient'");
  EXPECT_THAT(outcome({row(1)}), HasSubstr("app_label patients, model patient"));
}

TEST_P(CatalogueContract, FindsParentsByTheirSourceIds) {
  add_patient(1, "{\"filemaker_id\": \"" + uuid(1) + "\"}");
  add_patient(2, "{\"filemaker_id\": \"AB-7\"}");
  add_patient(3, "{}");
  add_patient(4, "");
  add_patient(5, "{\"filemaker_id\": 12}");
  std::string upper = uuid(1);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_THAT(parents_of({upper, "AB-7", "ab-7", "12", "", uuid(77)}),
              ElementsAre(uuid(1), uuid(2), "-", uuid(5), "-", "-"));
}

TEST_P(CatalogueContract, SeesParentsThatWereImportedAnew) {
  ASSERT_THAT(parents_of({"7"}), ElementsAre("-"));
  add_patient(1, "{\"filemaker_id\": \"7\"}");
  EXPECT_THAT(parents_of({"7"}), ElementsAre(uuid(1)));
  sql("DELETE FROM patients");
  add_patient(2, "{\"filemaker_id\": \"7\"}");
  EXPECT_THAT(parents_of({"7"}), ElementsAre(uuid(2)));
}

TEST_P(CatalogueContract, ASourceIdOfTwoParentsIsUnknown) {
  for (const unsigned number : {1U, 2U, 3U}) add_patient(number, "{\"filemaker_id\": \"7\"}");
  EXPECT_THAT(parents_of({"7"}), ElementsAre("-"));
}

TEST_P(CatalogueContract, SeveralRulesAreTriedInTurn) {
  add_patient(1, "{\"ids\": {\"file maker\": \"A1\"}}");
  add_patient(2, "{}");
  sql("UPDATE patients SET number = 'MRN-2' WHERE filemaker_metadata = '{}'");
  sql::Mapping mapping = *sql::preset("nexus");
  mapping.parents->matches = {*sql::parse_match("filemaker_metadata.ids.file maker"),
                              *sql::parse_match("number = Number")};
  catalogue_ = with(std::move(mapping));
  const std::vector<ParentKeys> keys{{"A1", "MRN-2"}, {"A9", "MRN-2"}, {"", ""}, {"A1", ""}};
  const auto found = catalogue().parents(keys);
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_THAT(*found,
              ElementsAre(Optional(uuid(1)), Optional(uuid(2)), std::nullopt, Optional(uuid(1))));
}

TEST_P(CatalogueContract, WritesRowsAsDjangoReadsThem) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  EXPECT_EQ(ask("SELECT object_id, name, description, uploaded_at, image_count, content_type_id, "
                "uploaded_by_id FROM images_batch"),
            uuid(900) + "|2024-03-11||2023-11-14 22:13:20.000042|1|31|NULL");
  EXPECT_EQ(ask("SELECT id, s3_thumbnail_key, file_size, width, caption, date_taken, uploaded_at, "
                "filemaker_id, \"order\" FROM images_image"),
            uuid(1) + "||1001|4032||2024-03-11|2023-11-14 22:13:20.000042|" + uuid(5001) + "|0");
  EXPECT_EQ(ask("SELECT count(*) FROM images_image JOIN images_batch ON batch_id = "
                "images_batch.id"),
            "1");
}

TEST_P(CatalogueContract, WritesThumbnailsAndWhatTheBytesTold) {
  ImageRow told = row(1, "");
  told.thumbnail_key = "small/1.jpg";
  told.thumbnail_length = 4321;
  told.taken = "2019-08-07T12:00:00+10:00";
  ASSERT_EQ(outcome({told}), "1 0 0");
  const std::string query = "SELECT s3_thumbnail_key, thumbnail_size, date_taken FROM images_image";
  EXPECT_EQ(ask(query), "small/1.jpg|4321|2019-08-07");
  EXPECT_EQ(outcome({told}), "0 0 1");
  EXPECT_EQ(outcome({row(1, "")}), "0 0 1") << "what is not known now erases nothing";
  EXPECT_EQ(ask(query), "small/1.jpg|4321|2019-08-07");
}

TEST_P(CatalogueContract, TheSameRowsAgainChangeNothing) {
  const std::vector<ImageRow> rows{row(3), row(1), row(2, ""), row(4, "2024-03-12")};
  ASSERT_EQ(outcome(rows), "4 0 0");
  const std::string before = dump();
  const std::string version =
      on_sqlite() ? "PRAGMA data_version" : "SELECT sum(xmin::text::bigint) FROM images_image";
  const std::string written = ask(version);
  clock_.wall_ += std::chrono::hours(1);
  EXPECT_EQ(outcome(rows), "0 0 4");
  EXPECT_EQ(ask(version), written) << "nothing at all was written";
  EXPECT_EQ(dump(), before);
}

TEST_P(CatalogueContract, TheOrderOfArrivalLeavesNoTrace) {
  ASSERT_EQ(outcome({row(3)}), "1 0 0");
  ASSERT_EQ(outcome({row(1), row(2)}), "2 0 0");
  const std::string before = dump();
  sql("DELETE FROM images_image; DELETE FROM images_batch");
  ASSERT_EQ(outcome({row(2), row(3), row(1)}), "3 0 0");
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(ask("SELECT \"order\" FROM images_image ORDER BY s3_key"), "0\n1\n2");
}

TEST_P(CatalogueContract, PlacesGoByTheBytesOfTheKeys) {
  std::vector<ImageRow> rows{row(1), row(2), row(3)};
  rows[0].key = "in/b.jpg";
  rows[1].key = "in/A.jpg";
  rows[2].key = "in/a-1.jpg";
  ASSERT_EQ(outcome(rows), "3 0 0");
  EXPECT_EQ(ask("SELECT s3_key FROM images_image ORDER BY \"order\""),
            "in/A.jpg\nin/a-1.jpg\nin/b.jpg");
}

TEST_P(CatalogueContract, ARowThatMovesLeavesBothCountsRight) {
  ASSERT_EQ(outcome({row(1), row(2), row(3)}), "3 0 0");
  ASSERT_EQ(outcome({row(2, "2024-03-12"), row(3, "")}), "0 2 0");
  EXPECT_EQ(counts_of_batches(), "2024-03-11|1\n2024-03-12|1\nUndated|1");
  ASSERT_EQ(outcome({row(1, "2024-03-12")}), "0 1 0");
  EXPECT_EQ(counts_of_batches(), "2024-03-11|0\n2024-03-12|2\nUndated|1");
}

TEST_P(CatalogueContract, MendsACountThatIsWrong) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  sql("UPDATE images_batch SET image_count = 12");
  EXPECT_EQ(outcome({row(1)}), "0 0 1");
  EXPECT_EQ(counts_of_batches(), "2024-03-11|1");
}

TEST_P(CatalogueContract, KeepsWhatTheApplicationAdded) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  sql("UPDATE images_image SET caption = 'left arm', s3_thumbnail_key = 't', \"order\" = 5;"
      "UPDATE images_batch SET name = 'before the operation'");
  ImageRow again = row(1);
  again.width.reset();
  again.media_type = "image/png";
  EXPECT_EQ(outcome({again}), "0 1 0");
  EXPECT_EQ(ask("SELECT caption, s3_thumbnail_key, \"order\", width, mime_type FROM images_image"),
            "left arm|t|5|4032|image/png");
  EXPECT_EQ(ask("SELECT name FROM images_batch"), "before the operation");
}

TEST_P(CatalogueContract, ParentsWithNewIdsGetTheirOldGroups) {
  ImageRow first = row(1);
  ImageRow second = row(2, "2024-03-12");
  first.parent_key = second.parent_key = "P7";
  ASSERT_EQ(outcome({first, second}), "2 0 0");
  sql("UPDATE images_batch SET name = 'named by hand'");
  const std::string ids = ask("SELECT id FROM images_batch ORDER BY id");
  first.parent_id = second.parent_id = uuid(901);
  const auto counts = catalogue().upsert(std::vector{first, second});
  ASSERT_TRUE(counts) << to_line(counts.error());
  EXPECT_EQ(counts->groups_changed, 2);
  EXPECT_EQ(counts->changed, 0) << "the images are where they were";
  EXPECT_EQ(ask("SELECT id FROM images_batch ORDER BY id"), ids);
  EXPECT_EQ(ask("SELECT DISTINCT object_id, name, image_count FROM images_batch"),
            uuid(901) + "|named by hand|1");
}

TEST_P(CatalogueContract, FindsImagesWhoseParentIsNotThere) {
  add_patient(900, "{}");
  ImageRow orphan = row(2);
  orphan.parent_id = uuid(901);
  ASSERT_EQ(outcome({row(1), orphan, row(3)}), "3 0 0");
  const auto found = catalogue().orphans_after("", 10);
  ASSERT_TRUE(found) << to_line(found.error());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().key, orphan.key);
  EXPECT_THAT(*catalogue().orphans_after(orphan.image_id, 10), IsEmpty());
  sql("DELETE FROM patients");
  EXPECT_EQ(catalogue().orphans_after("", 2)->size(), 2U);
  sql("UPDATE images_batch SET content_type_id = 7");
  EXPECT_THAT(*catalogue().orphans_after("", 10), IsEmpty()) << "batches of something else";
}

TEST_P(CatalogueContract, ARehearsalSaysWhatAnUpsertDoesAndWritesNothing) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  const std::string before = dump();
  ImageRow changed = row(1);
  changed.category = "scan";
  const auto rehearsal = catalogue().rehearse(std::vector{changed, row(2), row(3, "2024-03-12")});
  ASSERT_TRUE(rehearsal) << to_line(rehearsal.error());
  EXPECT_EQ(rehearsal->counts.inserted, 2);
  EXPECT_EQ(rehearsal->counts.changed, 1);
  EXPECT_EQ(rehearsal->new_groups.size(), 1U);
  EXPECT_EQ(rehearsal->rows.size(), 5U) << "two groups and three images";
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(outcome({changed, row(2), row(3, "2024-03-12")}), "2 1 0");
}

TEST_P(CatalogueContract, ASourceIdThatIsNoUuidIsNotWritten) {
  ImageRow numbered = row(1);
  numbered.source_id = "4711";
  ASSERT_EQ(outcome({numbered}), "1 0 0");
  EXPECT_EQ(ask("SELECT filemaker_id FROM images_image"), "NULL");
}

TEST_P(CatalogueContract, AConflictNamesTheImageOnlyAndTakesBackTheWholeCall) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  const std::string before = dump();
  ImageRow rival = row(3);
  rival.source_id = row(1).source_id;
  EXPECT_THAT(outcome({row(2, "2024-05-01"), rival}), testing::StartsWith("conflict: "));
  EXPECT_EQ(dump(), before);
  const std::string refused = outcome({rival});
  EXPECT_THAT(refused, testing::StartsWith("conflict: "));
  EXPECT_THAT(refused, HasSubstr(rival.image_id));
  EXPECT_THAT(refused, testing::Not(HasSubstr(rival.source_id)));
  EXPECT_EQ(outcome({row(2)}), "1 0 0") << "and goes on";
}

TEST_P(CatalogueContract, RefusesValuesThatDoNotFit) {
  ImageRow bad_id = row(1);
  bad_id.image_id = "1";
  EXPECT_THAT(outcome({bad_id}), testing::StartsWith("corrupt"));
  ImageRow bad_parent = row(1);
  bad_parent.parent_id = "";
  EXPECT_THAT(outcome({bad_parent}), testing::StartsWith("corrupt"));
  EXPECT_THAT(outcome({row(1, "11.3.2024")}), HasSubstr("images_image.date_taken"));
  ImageRow long_key = row(1);
  long_key.key = std::string(501, 'k');
  EXPECT_THAT(outcome({long_key}), HasSubstr("images_image.s3_key"));
  ImageRow long_name = row(1);
  for (int i = 0; i < 300; ++i) long_name.original_name += "ä";
  EXPECT_EQ(outcome({long_name}), "1 0 0");
  EXPECT_EQ(ask("SELECT length(original_name) FROM images_image"), "255");
  EXPECT_EQ(outcome({long_name}), "0 0 1");
}

TEST_P(CatalogueContract, GivesBackRowsByTheirIds) {
  ASSERT_EQ(outcome({row(1), row(2)}), "2 0 0");
  const std::vector<std::string> asked{uuid(2), uuid(99), uuid(1)};
  const auto found = catalogue().rows(asked);
  ASSERT_TRUE(found) << to_line(found.error());
  std::map<std::string, std::int64_t> lengths;
  for (const auto& one : *found) lengths[one.image_id + " " + one.key] = one.length;
  EXPECT_THAT(lengths,
              ElementsAre(testing::Pair(uuid(1) + " " + row(1).key, 1001),
                          testing::Pair(uuid(2) + " " + row(2).key, 1002)));
}

TEST_P(CatalogueContract, GivesBackAllRowsPageByPage) {
  std::vector<ImageRow> rows;
  for (unsigned number = 1; number <= 7; ++number) rows.push_back(row(number));
  ASSERT_EQ(outcome(rows), "7 0 0");
  std::vector<std::string> seen;
  for (std::string after;;) {
    const auto page = catalogue().rows_after(after, 3);
    ASSERT_TRUE(page) << to_line(page.error());
    if (page->empty()) break;
    for (const auto& one : *page) seen.push_back(one.image_id);
    after = page->back().image_id;
  }
  EXPECT_THAT(seen, ElementsAre(uuid(1), uuid(2), uuid(3), uuid(4), uuid(5), uuid(6), uuid(7)));
}

TEST_P(CatalogueContract, TheBatchIdsNeverChange) {
  ASSERT_EQ(outcome({row(1)}), "1 0 0");
  EXPECT_EQ(ask("SELECT id FROM images_batch"), "b1f27d43-97a8-50eb-887f-b8251dc95df5");
}

// A clinic's worth in one call; the pace is printed, not judged.
TEST_P(CatalogueContract, LinksTenThousandRowsAndThenChangesNone) {
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
}  // namespace fmferry::test
