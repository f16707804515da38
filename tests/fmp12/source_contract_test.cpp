// SPDX-License-Identifier: Apache-2.0
#include "contract/source_contract.hpp"

#include "contract/known_records.hpp"
#include "support/truth.hpp"
#include <fmferry/filemaker/fmp12/fmp12_source.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

namespace fmferry {
namespace {

using testing::HasSubstr;
using testing_support::run_simulator;
using testing_support::truth_of;

const std::vector<std::string> k_clinic{"--records", "200", "--seed", "3"};
const std::vector<std::string> k_containers{
    "image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"};

// A file that the simulator wrote; gone with its last user.
std::shared_ptr<const std::filesystem::path> written_file(const std::vector<std::string>& layout) {
  const auto path = std::filesystem::temp_directory_path() / ("fmferry-" + uuid_v4() + ".fmp12");
  std::vector<std::string> arguments{"file", "--out", path.string()};
  arguments.insert(arguments.end(), k_clinic.begin(), k_clinic.end());
  arguments.insert(arguments.end(), layout.begin(), layout.end());
  run_simulator(arguments);
  return {new std::filesystem::path(path), [](const std::filesystem::path* written) {
            std::error_code ignored;
            std::filesystem::remove(*written, ignored);
            delete written;
          }};
}

Result<std::unique_ptr<Fmp12Source>> open_file(const std::filesystem::path& path,
                                               Fmp12Options options) {
  FMF_TRY_ASSIGN(auto database, fmp12::Database::open(path));
  return Fmp12Source::open(std::move(database), std::move(options));
}

contract::SourceUnderTest make_under_test(const std::vector<std::string>& layout) {
  contract::SourceUnderTest under_test;
  for (const auto& record : truth_of(k_clinic)) {
    under_test.records.push_back(contract::known(record));
  }
  auto file = written_file(layout);
  auto source =
      open_file(*file, {.table = "API_Images", .fields = {"id"}, .containers = k_containers});
  if (!source) {
    ADD_FAILURE() << to_line(source.error());
    return under_test;
  }
  under_test.source = {source->release(), [file](Source* closing) { delete closing; }};
  return under_test;
}

contract::SourceCase row(const std::string& name, const std::vector<std::string>& layout) {
  return {.name = name, .make = [layout] { return make_under_test(layout); }};
}

}  // namespace

namespace contract {

INSTANTIATE_TEST_SUITE_P(Fmp12,
                         SourceContract,
                         testing::Values(row("InOrder", {}),
                                         row("Shuffled", {"--shuffle"}),
                                         row("OlderFormat", {"--fp7"})),
                         name_of_source_case);

}  // namespace contract

namespace {

TEST(Fmp12Source, KnowsTheNamesThatFilesHadAndProvesTheirBytes) {
  const auto file = written_file({});
  const auto source = open_file(*file, {.table = "API_Images", .containers = k_containers});
  ASSERT_TRUE(source);
  const auto records = (*source)->page(1, 200, {});
  ASSERT_TRUE(records);
  int named = 0;
  for (const auto& record : records->records) {
    for (const auto& container : record.containers) {
      if (container.state != ContainerState::filled) continue;
      const auto info =
          (*source)->fetch(record, container, [](ByteView) -> Status { return {}; }, {});
      ASSERT_TRUE(info) << to_line(info.error());
      EXPECT_TRUE(info->verified);
      named += info->file_name.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(named, 100);
}

TEST(Fmp12Source, TellsWhichTableOrFieldItDoesNotHave) {
  const auto file = written_file({});
  const auto no_table = open_file(*file, {.table = "API_Imges"});
  ASSERT_FALSE(no_table);
  EXPECT_EQ(no_table.error().kind, ErrorKind::invalid);
  EXPECT_THAT(no_table.error().what, HasSubstr("did you mean API_Images?"));
  const auto no_field = open_file(*file, {.table = "API_Images", .containers = {"image_full"}});
  ASSERT_FALSE(no_field);
  EXPECT_THAT(no_field.error().what, HasSubstr("did you mean image_Full?"));
  const auto no_container = open_file(*file, {.table = "API_Images", .containers = {"id"}});
  ASSERT_FALSE(no_container);
  EXPECT_EQ(no_container.error().kind, ErrorKind::invalid);
}

// Without a table each container value is a record: the same bodies, by other names.
TEST(Fmp12Source, ListsEveryContainerValueWhateverThePage) {
  const auto file = written_file({});
  std::int64_t images = 0;
  for (const auto& record : truth_of(k_clinic)) {
    for (const auto& container : record.containers) images += container.state == "empty" ? 0 : 1;
  }
  for (const int limit : {1, 7, 1000}) {
    const auto source = open_file(*file, {.only_tables = {"API_Images"}});
    ASSERT_TRUE(source) << to_line(source.error());
    EXPECT_EQ((*source)->count({}).value_or(-1), images);
    RecordId last = 0;
    std::int64_t listed = 0;
    while (listed < images) {
      const auto page = (*source)->page(listed + 1, limit, {});
      ASSERT_TRUE(page) << to_line(page.error());
      ASSERT_FALSE(page->records.empty());
      for (const auto& record : page->records) {
        EXPECT_GT(record.record_id, last);
        last = record.record_id;
        ++listed;
        ASSERT_EQ(record.containers.size(), 1U);
        EXPECT_THAT(record.containers[0].field, HasSubstr("API_Images.image_"));
        const auto again = (*source)->read(record.record_id, {});
        ASSERT_TRUE(again) << to_line(again.error());
        EXPECT_EQ(again->fields, record.fields);
        EXPECT_EQ(again->containers[0].handle, record.containers[0].handle);
      }
    }
    EXPECT_EQ(listed, images);
  }
}

TEST(Fmp12Source, PagesBackwardsToo) {
  const auto file = written_file({});
  const auto source = open_file(*file, {});
  ASSERT_TRUE(source);
  const auto forward = (*source)->page(1, 100, {});
  ASSERT_TRUE(forward);
  for (std::int64_t offset = 91; offset > 0; offset -= 10) {
    const auto page = (*source)->page(offset, 10, {});
    ASSERT_TRUE(page);
    for (std::size_t i = 0; i < page->records.size(); ++i) {
      EXPECT_EQ(page->records[i].record_id,
                forward->records[static_cast<std::size_t>(offset) - 1 + i].record_id);
    }
  }
}

TEST(Fmp12Source, CanNotBeWrittenTo) {
  const auto file = written_file({});
  const auto source = open_file(*file, {.table = "API_Images"});
  ASSERT_TRUE(source);
  EXPECT_FALSE((*source)->capabilities().write_back);
  EXPECT_EQ((*source)->write(101, {{"id", "x"}}, {}, {}).error().kind, ErrorKind::invalid);
}

TEST(Fmp12Database, RefusesAFileThatWasNotClosedUnlessAskedTo) {
  const auto file = written_file({"--unclean"});
  const auto refused = fmp12::Database::open(*file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(refused.error().what, HasSubstr("--allow-unclean"));
  EXPECT_TRUE(fmp12::Database::open(*file, {.allow_unclean = true}));
}

}  // namespace
}  // namespace fmferry
