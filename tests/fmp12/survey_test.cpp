// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/fmp12_source.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmsim/fmp12/database.hpp>
#include <fmsim/fmp12/memory_content.hpp>
#include <fmsim/fmp12/streams.hpp>

#include <gmock/gmock.h>

namespace fmferry {
namespace {

using fmsim::fmp12::Body;
using fmsim::fmp12::MemoryContent;
using fmsim::fmp12::Object;
using fmsim::fmp12::Record;
using testing::HasSubstr;

// A file of one table with one container field.
class OneTable : public testing::Test {
 protected:
  ~OneTable() override {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  void add_object(std::uint32_t id, std::uint32_t uses) {
    const std::string bytes = "file " + std::to_string(id);
    content_->add(Object{
        .id = id, .uses = uses, .streams = fmsim::fmp12::inserted_file(Body::of(bytes), "a.txt")});
  }

  void add_record(std::uint32_t id, std::uint32_t object) {
    content_->add(Record{.id = id, .cells = {{1, 1, "", object}}});
  }

  std::unique_ptr<Fmp12Source> written() {
    fmsim::fmp12::Table table{.id = 129, .name = "Files", .content = content_};
    table.fields = {{.id = 1, .name = "File", .type = fmsim::fmp12::ValueType::container}};
    fmsim::fmp12::write_database(path_.string(), {table}, {});
    auto database = fmp12::Database::open(path_);
    EXPECT_TRUE(database) << to_line(database.error());
    auto source = Fmp12Source::open(*database, {.table = "Files", .containers = {"File"}});
    EXPECT_TRUE(source) << to_line(source.error());
    return std::move(*source);
  }

  std::filesystem::path path_{std::filesystem::temp_directory_path() /
                              ("fmferry-" + uuid_v4() + ".fmp12")};
  std::shared_ptr<MemoryContent> content_{std::make_shared<MemoryContent>()};
};

using Survey = OneTable;

TEST_F(Survey, CountsObjectsThatAreInUseAlthoughNoValueNamesThem) {
  add_object(1, 1);
  add_object(2, 0);  // left over from a deleted record
  add_object(3, 1);  // its value is gone
  add_record(7, 1);
  const auto source = written();
  ASSERT_TRUE(source->check({}));
  const auto& survey = source->surveys().at(129);
  EXPECT_EQ(survey.objects, 3);
  EXPECT_EQ(survey.unreferenced(), 2);
  EXPECT_EQ(survey.lost_objects, 1);
}

// A damaged reference may name another record's object: the count of references tells.
TEST_F(Survey, AnObjectWithMoreUsersThanItCountsIsGivenToNone) {
  add_object(1, 1);
  add_object(2, 2);
  for (const std::uint32_t id : {4U, 5U}) add_record(id, 1);
  for (const std::uint32_t id : {6U, 7U}) add_record(id, 2);
  const auto source = written();
  const auto page = source->page(1, 10, {});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& record = page->records[i];
    const auto info =
        source->fetch(record, record.containers[0], [](ByteView) -> Status { return {}; }, {});
    EXPECT_EQ(info.has_value(), i >= 2);
    if (info) continue;
    EXPECT_EQ(info.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(info.error().what, HasSubstr("more records name this object"));
  }
}

}  // namespace
}  // namespace fmferry
