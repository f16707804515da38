// SPDX-License-Identifier: Apache-2.0
#include "contract/source_contract.hpp"
#include <fmferry/filemaker/inside/script_written_source.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/memory/memory_source.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace fmferry::inside {
namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::HasSubstr;

std::string id_of(RecordId record_id) {
  return "id-" + std::to_string(record_id);
}

// What the pasted script does, on a table in memory.
class MarkAndStamp final : public ScriptDoor {
 public:
  explicit MarkAndStamp(MemorySource& table) : table_(table) {}

  Result<std::string> run_script(const std::string&,
                                 const std::string& parameter,
                                 const CallContext& context) override {
    if (before) FMF_TRY(before());
    const auto records = json::parse(parameter).at("records").as_array();
    calls.push_back(records.size());
    json::array results;
    for (const auto& record : records) results.push_back(write(record.as_object(), context));
    if (after) FMF_TRY(after());
    return json::serialize(json::object{{"version", 1}, {"results", std::move(results)}});
  }

  std::vector<std::size_t> calls;
  std::function<Status()> before;
  std::function<Status()> after;

 private:
  json::object write(const json::object& item, const CallContext& context) {
    const std::string number = item.at("recordId").as_string().c_str();
    json::object said{{"recordId", number}, {"id", item.at("id")}, {"error", 0}};
    const auto row = table_.row(std::stoll(number));
    if (row.record_id == 0 || item.at("id").as_string().c_str() != id_of(row.record_id)) {
      said["outcome"] = "not_found";
      return said;
    }
    FieldUpdates updates;
    if (const auto* mark = item.if_contains("mark")) updates["mark"] = mark->as_string().c_str();
    if (const auto* stamp = item.if_contains("stamp")) {
      updates["stamp"] = stamp->as_string().c_str();
    }
    std::int64_t expected = row.mod_id;
    if (const auto* mod_id = item.if_contains("modId")) {
      expected = std::stoll(mod_id->as_string().c_str());
    }
    const bool same = std::ranges::all_of(updates, [&](const auto& update) {
      const auto now = row.record.fields.find(update.first);
      return now != row.record.fields.end() && now->second == update.second;
    });
    said["modId"] = std::to_string(row.mod_id);
    if (same && row.mod_id - expected <= 1) {
      said["outcome"] = "already";
    } else if (row.mod_id != expected) {
      said["outcome"] = "changed";
    } else {
      const auto written = table_.write(row.record_id, updates, {}, context);
      said["outcome"] = written ? "written" : row.locked ? "locked" : "failed";
      if (written) said["modId"] = std::to_string(*written);
      if (!written) said["error"] = written.error().origin_code;
    }
    return said;
  }

  MemorySource& table_;
};

class Written : public testing::Test {
 protected:
  Written() {
    for (int i = 1; i <= 25; ++i) {
      table_.add({.fields = {{"id", id_of(i)}, {"mark", ""}, {"stamp", ""}}});
    }
  }

  static std::vector<RecordWrite> marks(int count, const std::string& mark = "Full") {
    std::vector<RecordWrite> writes;
    for (int i = 1; i <= count; ++i) writes.push_back({i, {{"mark", mark}}, 1});
    return writes;
  }

  ScriptWrittenSource source(int batch) {
    return {table_,
            door_,
            {.script = "mark and stamp",
             .mark_field = "mark",
             .stamp_field = "stamp",
             .batch = batch,
             .id_of = [](RecordId record_id) -> Result<std::string> { return id_of(record_id); }}};
  }

  std::string mark_of(RecordId record_id) {
    return table_.row(record_id).record.fields.find("mark")->second;
  }

  MemorySource table_{{.containers = {"Full"}, .read_only_fields = {"id"}}};
  MarkAndStamp door_{table_};
};

TEST_F(Written, ManyGoIntoAFewCalls) {
  ScriptWrittenSource source = this->source(10);
  EXPECT_EQ(source.capabilities().write_batch, 10);
  const auto written = source.write_many(marks(25), {});
  ASSERT_EQ(written.size(), 25U);
  for (const auto& each : written) EXPECT_EQ(each, 2);
  EXPECT_THAT(door_.calls, ElementsAre(10, 10, 5));
  EXPECT_EQ(mark_of(25), "Full");
}

TEST_F(Written, WhatIsOneRecordsOwnLandsOnThatRecord) {
  ScriptWrittenSource source = this->source(100);
  table_.edit(2, [](MemoryRecord& record) { record.fields["mark"] = "by hand"; });
  table_.lock(3, true);
  table_.remove(4);
  const auto written = source.write_many(marks(6), {});
  ASSERT_EQ(written.size(), 6U);
  EXPECT_TRUE(written[0]);
  EXPECT_EQ(written[1].error().kind, ErrorKind::conflict);
  EXPECT_EQ(written[1].error().origin_code, 306);
  EXPECT_EQ(written[2].error().kind, ErrorKind::conflict);
  EXPECT_EQ(written[2].error().origin_code, 301);
  EXPECT_EQ(written[3].error().kind, ErrorKind::not_found);
  EXPECT_TRUE(written[4]);
  EXPECT_EQ(mark_of(2), "by hand");
}

TEST_F(Written, ALostAnswerIsTheServicesFailureAndWritingAgainChangesNothing) {
  ScriptWrittenSource source = this->source(10);
  door_.after = []() -> Status { return fail(ErrorKind::in_doubt, "the answer was lost"); };
  for (const auto& each : source.write_many(marks(25), {})) {
    ASSERT_FALSE(each);
    EXPECT_EQ(disposition_of(each.error()), Disposition::wait_and_retry);
  }
  EXPECT_THAT(door_.calls, ElementsAre(10));
  door_.after = {};
  for (const auto& each : source.write_many(marks(25), {})) EXPECT_EQ(each, 2);
  EXPECT_THAT(door_.calls, ElementsAre(10, 5, 5, 5, 5, 5)) << "smaller after a failure";
}

TEST_F(Written, NonsenseCostsTheRecordsOfThatCallAlone) {
  ScriptWrittenSource source = this->source(10);
  int call = 0;
  door_.after = [&]() -> Status {
    if (++call == 1) return fail(ErrorKind::corrupt, "nonsense");
    return {};
  };
  const auto written = source.write_many(marks(25), {});
  ASSERT_EQ(written.size(), 25U);
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(written[i].has_value(), i >= 10) << i;
}

TEST_F(Written, OtherFieldsGoTheSourcesOwnWay) {
  ScriptWrittenSource source = this->source(10);
  const std::vector<RecordWrite> writes{{1, {{"no_such_field", "x"}}, 1}};
  EXPECT_FALSE(source.write_many(writes, {}).at(0));
  EXPECT_TRUE(door_.calls.empty());
}

TEST_F(Written, ACheckAsksOnceWhetherTheScriptIsThere) {
  ScriptWrittenSource source = this->source(10);
  door_.before = []() -> Status {
    return fail(Error{.kind = ErrorKind::invalid, .what = "104", .origin_code = 104});
  };
  const Status missing = source.check({});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::invalid);
  EXPECT_THAT(missing.error().what, HasSubstr("fmferry script mark-and-stamp --how"));
  door_.before = {};
  ASSERT_TRUE(source.check({}));
  ASSERT_TRUE(source.check({}));
  EXPECT_THAT(door_.calls, ElementsAre(0));
}

// --- the contract

struct Pasted {
  Pasted() {
    for (int i = 1; i <= 25; ++i) {
      MemoryRecord record{.fields = {{"id", id_of(i)}, {"mark", ""}, {"stamp", ""}}};
      contract::KnownContainer full{.field = "Full"};
      contract::KnownContainer thumb{.field = "Thumb"};
      if (i % 3 == 0) {
        record.unreachable.insert("Full");
        full.state = ContainerState::unreachable;
      } else {
        const std::string body(static_cast<std::size_t>(i) * 500, static_cast<char>(i));
        record.bodies["Full"] = body;
        full = {.field = "Full",
                .state = ContainerState::filled,
                .length = static_cast<std::int64_t>(body.size()),
                .sha256 = to_hex(sha256(body))};
      }
      const auto record_id = table.add(std::move(record));
      known.push_back({.record_id = record_id, .id = id_of(i), .containers = {full, thumb}});
    }
  }

  MemorySource table{{.containers = {"Full", "Thumb"}, .read_only_fields = {"id"}}};
  MarkAndStamp door{table};
  ScriptWrittenSource source{
      table,
      door,
      {.script = "mark and stamp",
       .mark_field = "mark",
       .stamp_field = "stamp",
       .batch = 7,
       .id_of = [](RecordId record_id) -> Result<std::string> { return id_of(record_id); }}};
  std::vector<contract::KnownRecord> known;
};

contract::SourceUnderTest pasted() {
  const auto made = std::make_shared<Pasted>();
  return {.source = std::shared_ptr<Source>(made, &made->source),
          .records = made->known,
          .writable_field = "mark",
          .forbidden_field = "id"};
}

}  // namespace
}  // namespace fmferry::inside

namespace fmferry::contract {
namespace {

INSTANTIATE_TEST_SUITE_P(ByScript,
                         SourceContract,
                         testing::Values(SourceCase{.name = "ScriptWritten",
                                                    .make = inside::pasted}),
                         name_of_source_case);

}  // namespace
}  // namespace fmferry::contract
