// SPDX-License-Identifier: Apache-2.0
#include "samples.hpp"
#include <fmferry/filemaker/fmp12/database.hpp>
#include <fmferry/filemaker/fmp12/inspection.hpp>
#include <fmferry/filemaker/fmp12/keys.hpp>
#include <fmferry/filemaker/fmp12/survey.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/media/magic_inspectors.hpp>

#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <map>

namespace fmferry::fmp12 {
namespace {

using boost::json::object;
using boost::json::value;
using testing_support::Sample;
using testing_support::samples;

std::string text_at(const object& from, std::string_view name) {
  const value* found = from.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::int64_t number_at(const object& from, std::string_view name) {
  return from.at(name).to_number<std::int64_t>();
}

bool flag_at(const object& from, std::string_view name) {
  const value* found = from.if_contains(name);
  return found != nullptr && found->as_bool();
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_line(result.error()));
  return std::move(*result);
}

void must(const Status& status) {
  if (!status) throw std::runtime_error(to_line(status.error()));
}

bool all_fields(std::uint32_t /*field*/) {
  return true;
}

// "6 TextField1 normal text x1 global open", as the list of expectations has it.
std::string line_of(const object& field) {
  auto line = std::to_string(number_at(field, "id")) + ' ' + text_at(field, "name") + ' ' +
              text_at(field, "kind") + ' ';
  line += text_at(field, "type") == "summary" ? "other" : text_at(field, "type");
  line += " x" + std::to_string(number_at(field, "repetitions"));
  if (flag_at(field, "global")) line += " global";
  return line + (field.contains("external") ? ' ' + text_at(field, "external") : "");
}

std::string line_of(const Field& field) {
  auto line = std::to_string(field.id) + ' ' + field.name + ' ' + std::string(name_of(field.kind)) +
              ' ' + std::string(name_of(field.type)) + " x" + std::to_string(field.repetitions);
  if (field.global) line += " global";
  if (field.storage == Storage::external_open) line += " open";
  if (field.storage == Storage::external_secure) line += " secure";
  return line;
}

struct Found {
  std::string line{};  // "TABLE.FIELD(1) record 17: embedded 162 PNGf barcode.png 4077 SHA-256"
  Inspection inspection{};
};

class RealFile : public testing::TestWithParam<Sample> {
 protected:
  void SetUp() override {
    database_ = must(Database::open(GetParam().path, {.allow_unclean = true}));
    inspectors_ = must(MagicInspectors::make());
  }

  [[nodiscard]] const object& expected() const { return GetParam().expected; }

  [[nodiscard]] const Table& table(const value& expected_table) const {
    const auto* found = database_->table(text_at(expected_table.as_object(), "name"));
    if (found == nullptr) throw std::runtime_error("a table is not there");
    return *found;
  }

  // The other reader's digest over all texts of a table; see its rules in the folder of samples.
  [[nodiscard]] std::pair<std::string, std::int64_t> texts_of(const Table& table) const {
    Hasher hasher;
    std::int64_t cells = 0;
    must(database_->rows(table, 0, all_fields, [&](Row& row) -> Result<bool> {
      for (const auto& cell : row.cells) {
        const Field* field = table.field(cell.field);
        if (field == nullptr || field->is_container()) continue;
        hasher.update(std::to_string(row.id) + '\x1F' + std::to_string(cell.field) + '\x1F' +
                      std::to_string(cell.repetition) + '\x1F' + must(text_of(cell)) + '\x1E');
        ++cells;
      }
      return true;
    }));
    return {to_hex(hasher.finish()), cells};
  }

  [[nodiscard]] Found found(const Table& table, const Row& row, const Cell& cell) const {
    Found result;
    const std::string record = row.id == 0 ? "global" : std::to_string(row.id);
    result.line = table.name + '.' + table.field(cell.field)->name + '(' +
                  std::to_string(cell.repetition) + ") record " + record + ": ";
    const auto what = must(container_value_of(cell));
    if (what.kind != ContainerValue::Kind::embedded) {
      result.line += what.kind == ContainerValue::Kind::reference ? "reference" : "unknown";
      return result;
    }
    const auto object = must(database_->object(table, what.object));
    Hasher hasher;
    std::int64_t length = 0;
    const auto inspector = inspectors_->open();
    must(database_->stream(table, object, [&](ByteView bytes) -> Status {
      hasher.update(bytes);
      inspector->update(bytes);
      length += static_cast<std::int64_t>(bytes.size());
      return {};
    }));
    result.inspection = inspector->finish();
    result.line += "embedded " + std::to_string(number_of(object.key).value()) + ' ' +
                   object.streams.at(object.main.value()).type + ' ' + object.file_name + ' ' +
                   std::to_string(length) + ' ' + to_hex(object.md5) + ' ' +
                   to_hex(hasher.finish());
    return result;
  }

  [[nodiscard]] std::map<std::string, Inspection> containers() const {
    std::map<std::string, Inspection> all;
    const auto add = [&](const Table& table, const Row& row) {
      for (const auto& cell : row.cells) {
        const Field* field = table.field(cell.field);
        if (field == nullptr || !field->is_container()) continue;
        auto one = found(table, row, cell);
        all.emplace(std::move(one.line), one.inspection);
      }
    };
    for (const auto& table : database_->tables()) {
      must(database_->rows(table, 0, all_fields, [&](Row& row) -> Result<bool> {
        add(table, row);
        return true;
      }));
      add(table, must(database_->globals(table, all_fields)));
    }
    return all;
  }

  std::shared_ptr<const Database> database_;
  std::unique_ptr<MagicInspectors> inspectors_;
};

std::string line_of_container(const object& container) {
  const auto record =
      flag_at(container, "global") ? "global" : std::to_string(number_at(container, "record_id"));
  auto line = text_at(container, "table") + '.' + text_at(container, "field") + '(' +
              std::to_string(number_at(container, "repetition")) + ") record " + record + ": ";
  line += text_at(container, "kind");
  if (text_at(container, "kind") != "embedded") return line;
  return line + ' ' + std::to_string(number_at(container, "object_id")) + ' ' +
         text_at(container, "chosen") + ' ' + text_at(container, "filename") + ' ' +
         std::to_string(number_at(container, "bytes")) + ' ' + text_at(container, "object_md5") +
         ' ' + text_at(container, "sha256");
}

TEST_P(RealFile, TellsWhatItIs) {
  const FileFacts& facts = database_->facts();
  EXPECT_EQ(facts.name, text_at(expected(), "file"));
  EXPECT_EQ(facts.format, "fmp12");
  EXPECT_EQ(facts.version, text_at(expected(), "path2_key3_text"));
  EXPECT_EQ(facts.bytes, number_at(expected(), "bytes"));
  EXPECT_EQ(facts.closed_cleanly, flag_at(expected(), "closed_cleanly"));
}

TEST_P(RealFile, IsRefusedUnlessItWasClosedCleanly) {
  const auto strict = Database::open(GetParam().path);
  if (flag_at(expected(), "closed_cleanly")) {
    EXPECT_TRUE(strict);
  } else {
    ASSERT_FALSE(strict);
    EXPECT_EQ(strict.error().kind, ErrorKind::corrupt);
  }
}

TEST_P(RealFile, HasItsTablesAndFields) {
  std::vector<std::string> wanted;
  std::vector<std::string> got;
  for (const auto& table : expected().at("tables").as_array()) {
    const auto& facts = table.as_object();
    wanted.push_back(std::to_string(number_at(facts, "id")) + ' ' + text_at(facts, "name"));
    for (const auto& field : facts.at("fields").as_array()) {
      wanted.push_back(line_of(field.as_object()));
    }
  }
  for (const auto& table : database_->tables()) {
    got.push_back(std::to_string(table.id) + ' ' + table.name);
    for (const auto& field : table.fields) got.push_back(line_of(field));
  }
  EXPECT_EQ(got, wanted);
}

TEST_P(RealFile, HasItsRecords) {
  for (const auto& expectation : expected().at("tables").as_array()) {
    const auto& facts = expectation.as_object();
    const Table& of = table(expectation);
    const auto ids = must(database_->record_ids(of));
    EXPECT_EQ(ids.count(), number_at(facts, "records")) << of.name;
    EXPECT_EQ(must(survey(*database_, of)).records, number_at(facts, "records")) << of.name;
    if (ids.count() == 0) continue;
    EXPECT_EQ(ids.nth(0), number_at(facts, "first_record_id_present")) << of.name;
    EXPECT_EQ(ids.nth(ids.count() - 1), number_at(facts, "max_record_id_present")) << of.name;
  }
}

TEST_P(RealFile, HasItsTexts) {
  for (const auto& expectation : expected().at("tables").as_array()) {
    const auto& facts = expectation.as_object();
    const auto [digest, cells] = texts_of(table(expectation));
    EXPECT_EQ(cells, number_at(facts, "non_container_cells")) << text_at(facts, "name");
    EXPECT_EQ(digest, text_at(facts, "cells_sha256")) << text_at(facts, "name");
  }
}

TEST_P(RealFile, HasItsContainersByteForByte) {
  std::vector<std::string> wanted;
  std::vector<std::string> got;
  for (const auto& container : expected().at("containers").as_array()) {
    wanted.push_back(line_of_container(container.as_object()));
  }
  for (const auto& [line, inspection] : containers()) got.push_back(line);
  std::ranges::sort(wanted);
  EXPECT_EQ(got, wanted);
}

TEST_P(RealFile, HasPicturesThatAreWhole) {
  std::map<std::string, std::string> sizes;
  for (const auto& container : expected().at("containers").as_array()) {
    sizes.emplace(line_of_container(container.as_object()),
                  text_at(container.as_object(), "dimensions"));
  }
  for (const auto& [line, inspection] : containers()) {
    if (line.ends_with("reference")) continue;
    EXPECT_TRUE(inspection.media_type.starts_with("image/")) << line;
    if (inspection.media_type.starts_with("image/svg")) continue;  // its structure is not followed
    EXPECT_EQ(inspection.integrity, Integrity::whole) << line;
    ASSERT_TRUE(inspection.width && inspection.height) << line;
    EXPECT_EQ(std::to_string(*inspection.width) + 'x' + std::to_string(*inspection.height),
              sizes.at(line));
  }
}

TEST_P(RealFile, ProvesEveryObject) {
  for (const auto& table : database_->tables()) {
    std::int64_t proven = 0;
    must(database_->objects(table, [&](const ContainerObject& object) -> Result<bool> {
      FMF_TRY(database_->stream(table, object, [](ByteView) -> Status { return {}; }));
      ++proven;
      return true;
    }));
    EXPECT_EQ(proven, must(database_->object_count(table))) << table.name;
  }
}

TEST_P(RealFile, ChecksWithoutAFlaw) {
  const auto report = must(check(*database_));
  for (const auto& flaw : report.flaws) ADD_FAILURE() << flaw.where << ": " << flaw.what;
  EXPECT_EQ(report.flaw_count, 0);
  EXPECT_EQ(report.leaves, number_at(expected(), "leaf_blocks"));
  EXPECT_EQ(report.inner_nodes, number_at(expected(), "index_blocks"));
  EXPECT_EQ(report.free_sectors, number_at(expected(), "free_blocks"));
  EXPECT_EQ(report.proven_objects, report.objects);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealFile);
INSTANTIATE_TEST_SUITE_P(Public,
                         RealFile,
                         testing::ValuesIn(samples()),
                         [](const testing::TestParamInfo<Sample>& one) {
                           auto name = one.param.path.stem().string();
                           std::ranges::replace_if(
                               name, [](char c) { return !std::isalnum(c); }, '_');
                           return name;
                         });

TEST(RealFiles, AreHere) {
  if (!samples().empty()) return;
  std::cerr << testing_support::no_samples() << '\n';
  GTEST_SKIP() << testing_support::no_samples();
}

}  // namespace
}  // namespace fmferry::fmp12
