// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/checked_file.hpp>
#include <fmsim/fmp12/clinic_tables.hpp>
#include <fmsim/fmp12/memory_content.hpp>
#include <fmsim/fmp12/shapes.hpp>
#include <fmsim/fmp12/streams.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace fmsim::fmp12 {
namespace {

// A table with a text field of id 1 and a container field of id 2.
struct SmallTable {
  std::shared_ptr<MemoryContent> content = std::make_shared<MemoryContent>();
  Table table;

  explicit SmallTable(std::uint32_t id = 129, std::string name = "Things") {
    table.id = id;
    table.name = std::move(name);
    table.fields.resize(2);
    table.fields[0] = {1, "note"};
    table.fields[1] = {2, "picture", ValueType::container};
    table.content = content;
  }

  void add_text(std::uint32_t record, std::string text, Shape shape = Shape::automatic) {
    content->add(Record{record, 0, {{1, 1, std::move(text), {}, shape}}});
  }

  void add_object(std::uint32_t record, std::uint32_t object, std::vector<Stream> streams) {
    content->add(Record{record, 1, {{2, 1, "", object, {}}}});
    content->add(Object{object, 1, std::move(streams)});
  }
};

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
  return bytes;
}

class DatabaseTest : public testing::Test {
 protected:
  CheckedFile file_;
};

TEST_F(DatabaseTest, SaysWhatTheClinicSays) {
  const Pool pool = Pool::made();
  const Clinic clinic(1, 300, pool);
  EXPECT_EQ(file_.write(clinic_tables(clinic, false)), "");
}

TEST_F(DatabaseTest, LeavesOutWhatTheClinicKeepsOutside) {
  const Pool pool = Pool::made();
  const Clinic clinic(1, 200, pool);
  EXPECT_EQ(file_.write(clinic_tables(clinic, true)), "");
}

TEST_F(DatabaseTest, MixesTheSectorsWhenAsked) {
  const Pool pool = Pool::made();
  const Clinic clinic(2, 200, pool);
  FileOptions options;
  options.mixed = true;
  options.seed = 2;
  EXPECT_EQ(file_.write(clinic_tables(clinic, false), options), "");
}

TEST_F(DatabaseTest, WritesTheOlderFormat) {
  const Pool pool = Pool::made();
  const Clinic clinic(3, 100, pool);
  FileOptions options;
  options.fp7 = true;
  EXPECT_EQ(file_.write(clinic_tables(clinic, false), options), "");
}

TEST_F(DatabaseTest, ShowsAFileThatWasNotClosed) {
  FileOptions options;
  options.closed_cleanly = false;
  SmallTable small;
  small.add_text(1, "open");
  EXPECT_EQ(file_.write({small.table}, options), "");
  EXPECT_THAT(file_.complaint(false, false), testing::HasSubstr("not closed cleanly"));
}

TEST_F(DatabaseTest, BuildsTreesOfManyLevels) {
  const Pool pool = Pool::made();
  for (const std::size_t fill : {60U, 150U, 600U}) {
    FileOptions options;
    options.leaf_fill = 1100;
    options.inner_fill = fill;
    options.mixed = fill == 150;
    EXPECT_EQ(file_.write(many_small(1, 1500, pool), options), "") << "fill " << fill;
    EXPECT_GE(file_.root_level(), 2U);
  }
}

TEST_F(DatabaseTest, HasAtLeastThreeLevelsOfInnerNodes) {
  const Pool pool = Pool::made();
  FileOptions options;
  options.leaf_fill = 300;
  options.inner_fill = 200;
  EXPECT_EQ(file_.write(many_small(1, 3000, pool), options), "");
  EXPECT_GE(file_.root_level(), 3U);
}

TEST_F(DatabaseTest, TakesIdsOfEveryLength) {
  SmallTable small;
  for (const std::uint32_t id :
       {1U, 31U, 32U, 127U, 128U, 200U, 3967U, 3968U, 16511U, 16512U, 17248U, 1065089U, 4210815U}) {
    small.add_object(id, id, {plain_stream("PNGf", std::to_string(id))});
  }
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, RefusesIdsThatNoKeySays) {
  SmallTable small;
  small.add_text(4'210'816, "too far");
  EXPECT_THROW(file_.write({small.table}), std::out_of_range);
}

TEST_F(DatabaseTest, StoresStreamsOfEverySize) {
  SmallTable small;
  std::uint32_t id = 0;
  for (const std::size_t size : {0U, 1U, 999U, 1000U, 1001U, 2000U, 127'500U, 128'000U, 300'001U}) {
    ++id;
    small.add_object(id, id, inserted_file(Body::of(noise(size, id)), "noise.bin"));
  }
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, NumbersPiecesWithThreeBytes) {
  SmallTable small;
  small.add_object(1, 1, inserted_file(Body::of(noise(16'600'000, 5)), "big.bin"));
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, StoresEveryTypeOfStream) {
  SmallTable small;
  std::uint32_t id = 0;
  for (const std::string_view type : {"PNGf",
                                      "JPEG",
                                      "GIFf",
                                      "BMPf",
                                      "SVG ",
                                      "PDF ",
                                      "PICT",
                                      "FILE",
                                      "XML2",
                                      "TIFF",
                                      "META",
                                      "EMBO"}) {
    ++id;
    small.add_object(id, id, inserted_picture(type, Body::of(noise(2500, id)), "a.xyz", 3, 4));
  }
  small.add_object(20,
                   20,
                   {plain_stream("JPEG", "first"),
                    plain_stream("PDF ", "second"),
                    plain_stream("XML2", "third"),
                    main_stream("PDF "),
                    plain_stream("GLPH", "\x01"),
                    plain_stream("FORK", noise(1200, 9)),
                    plain_stream("DPI_", std::string("\0\x48\0\x48", 4)),
                    plain_stream("FRM#", std::string("\0\1", 2))});
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, TellsSharedAndForgottenObjects) {
  SmallTable small;
  small.content->add(Object{1, 2, inserted_file(Body::of("shared"), "shared.txt")});
  small.content->add(Object{2, 1, inserted_file(Body::of("forgotten"), "forgotten.txt")});
  small.content->add(Object{5, 1, inserted_file(Body::of("shared"), "shared.txt")});
  small.content->add(Record{1, 0, {{2, 1, "", 1, {}}}});
  small.content->add(Record{2, 0, {{2, 1, "", 1, {}}}});
  small.content->add(Record{3, 0, {{2, 1, "", 5, {}}}});
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, TellsReferencesAndWords) {
  SmallTable small;
  small.content->add(Record{1, 0, {{2, 1, "?", {}, {}}}});
  small.content->add(
      Record{2, 0, {{2, 1, "file:../x/y.xml\rfilemac:/Macintosh HD/x/y.xml", {}, {}}}});
  small.content->add(Record{3, 0, {{2, 1, "image:a.jpg", {}, Shape::directory}}});
  small.content->add(Record{4, 0, {}});
  small.content->set_last_record_id(44);
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, KeepsTablesApart) {
  SmallTable one(129, "One");
  SmallTable two(300, "Zwei – 二");
  SmallTable empty(130, "Empty");
  one.add_object(1, 1, {plain_stream("JPEG", "of one")});
  two.add_object(1, 1, {plain_stream("JPEG", "of two")});
  EXPECT_EQ(file_.write({two.table, one.table, empty.table}), "");
}

TEST_F(DatabaseTest, KeepsGlobalsAndRepetitions) {
  SmallTable small;
  small.table.fields.push_back({130, "logo", ValueType::container});
  small.table.fields.back().global = true;
  small.table.fields.back().repetitions = 200;
  small.table.fields.push_back({17'000, "feld", ValueType::number});
  small.table.globals = {{130, 1, "", 1, {}}, {130, 2, "?", {}, {}}, {130, 200, "", 1, {}}};
  small.content->add(Object{1, 2, {plain_stream("GIFf", "logo")}});
  small.content->add(Record{1, 3, {{17'000, 1, "12", {}, {}}, {1, 2, "again", {}, {}}}});
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, KeepsTextInEveryShape) {
  SmallTable small;
  std::uint32_t id = 0;
  for (const Shape shape : {Shape::automatic, Shape::directory, Shape::short_head, Shape::styled}) {
    for (const std::string_view text : {"short", "Käse\rund Brot", "日本語テキスト", "Ω"}) {
      small.add_text(++id, std::string(text), shape);
    }
    small.add_text(++id, std::string(1000, 'x'), shape);
    small.add_text(++id, std::string(5001, 'y'), shape);
  }
  EXPECT_EQ(file_.write({small.table}), "");
}

// Letters from where SCSU changes its ways, in any order.
std::string mixed_text(unsigned seed) {
  constexpr std::array<std::string_view, 24> k_letters{
      "a",  "Z",  " ",  "\r", "\t", "\x01", "é", "ÿ", "Ā", "Ω",  "ж", "ب",
      "ア", "ひ", "漢", "字", "한", "€",    "…", "",  "ﬁ", "！", "😀", "🦷"};
  std::mt19937 random(seed);
  std::string text;
  for (std::size_t length = random() % 60 + 1; length > 0; --length) {
    const std::string_view letter = k_letters[random() % k_letters.size()];
    for (std::size_t times = random() % 3 + 1; times > 0; --times) text += letter;
  }
  return text;
}

TEST_F(DatabaseTest, KeepsTextOfAllScripts) {
  SmallTable small;
  for (unsigned seed = 1; seed <= 2000; ++seed) small.add_text(seed, mixed_text(seed));
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, KeepsFileNamesOfAllScripts) {
  SmallTable small;
  for (std::uint32_t id = 1; id <= 200; ++id) {
    std::string name = mixed_text(id).substr(0, 100);
    while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0x80U) != 0) name.pop_back();
    small.add_object(id, id, inserted_file(Body::of(std::to_string(id)), name + ".bin"));
  }
  EXPECT_EQ(file_.write({small.table}), "");
}

TEST_F(DatabaseTest, WritesTheSameBytesForTheSameSeed) {
  const Pool pool = Pool::made();
  ASSERT_EQ(file_.write(many_small(4, 200, pool)), "");
  const std::string first = file_.bytes();
  ASSERT_EQ(file_.write(many_small(4, 200, pool)), "");
  EXPECT_TRUE(file_.bytes() == first);
}

TEST_F(DatabaseTest, RefusesKeysOutOfOrder) {
  Writer writer(file_.path());
  writer.entry("b");
  EXPECT_THROW(writer.entry("a"), std::logic_error);
  EXPECT_THROW(writer.entry("b"), std::logic_error);
}

}  // namespace
}  // namespace fmsim::fmp12
