// SPDX-License-Identifier: Apache-2.0
#include "contract/source_contract.hpp"

#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <utility>

namespace fmferry::contract {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr RecordId k_nobody = 900'000'001;

template <class T>
ErrorKind kind_of(const Result<T>& result) {
  return result ? ErrorKind::internal : result.error().kind;
}

std::map<std::string, ContainerState> states_of(const Record& record) {
  std::map<std::string, ContainerState> states;
  for (const auto& container : record.containers) states[container.field] = container.state;
  return states;
}

// As the source shows them: not at all, where it can't tell before it fetches.
std::map<std::string, ContainerState> states_of(const KnownRecord& record, bool told) {
  std::map<std::string, ContainerState> states;
  for (const auto& container : record.containers) {
    states[container.field] = told ? container.state : ContainerState::unknown;
  }
  return states;
}

std::vector<RecordId> ids_of(const std::vector<Record>& records) {
  std::vector<RecordId> ids;
  for (const auto& record : records) ids.push_back(record.record_id);
  return ids;
}

}  // namespace

void SourceContract::SetUp() {
  under_test_ = GetParam().make();
  ASSERT_NE(under_test_.source, nullptr);
  ASSERT_GE(under_test_.records.size(), 20U);
}

std::pair<RecordId, std::string> SourceContract::one_with(ContainerState state) {
  for (const auto& record : under_test_.records) {
    for (const auto& container : record.containers) {
      const bool has_bytes = state != ContainerState::filled || container.length > 0;
      if (container.state == state && has_bytes) return {record.record_id, container.field};
    }
  }
  ADD_FAILURE() << "the table lacks a container in this state";
  return {0, ""};
}

std::string SourceContract::fetch(const Record& record, const std::string& field) {
  Hasher hasher;
  std::int64_t length = 0;
  const ByteSink sink = [&](ByteView bytes) -> Status {
    hasher.update(bytes);
    length += static_cast<std::int64_t>(bytes.size());
    return {};
  };
  const auto* container = record.container(field);
  if (container == nullptr) return "ERROR no such container";
  const auto info = source().fetch(record, *container, sink, context_);
  if (!info) return "ERROR " + std::string(name_of(info.error().kind));
  EXPECT_EQ(info->length, length);
  return to_hex(hasher.finish()) + " " + std::to_string(length);
}

std::vector<Record> SourceContract::all_records(int page_size) {
  std::vector<Record> records;
  while (true) {
    const auto offset = static_cast<std::int64_t>(records.size()) + 1;
    const auto page = source().page(offset, page_size, context_);
    if (!page) {
      ADD_FAILURE() << to_line(page.error());
      return records;
    }
    EXPECT_EQ(page->offset, offset);
    EXPECT_EQ(page->found_count, static_cast<std::int64_t>(under_test_.records.size()));
    if (page->records.empty()) return records;
    EXPECT_LE(page->records.size(), static_cast<std::size_t>(page_size));
    records.insert(records.end(), page->records.begin(), page->records.end());
  }
}

TEST_P(SourceContract, IsAsItIsConfigured) {
  const auto status = source().check(context_);
  EXPECT_TRUE(status) << to_line(status.error());
}

TEST_P(SourceContract, CountsItsRecords) {
  EXPECT_EQ(source().count(context_).value_or(-1),
            static_cast<std::int64_t>(under_test_.records.size()));
}

TEST_P(SourceContract, ListsEveryRecordOnceWhateverThePage) {
  std::vector<RecordId> known;
  for (const auto& record : under_test_.records) known.push_back(record.record_id);
  EXPECT_EQ(ids_of(all_records(7)), known);
  EXPECT_EQ(ids_of(all_records(source().capabilities().polite_page)), known);
}

TEST_P(SourceContract, GivesAnEmptyPagePastTheEnd) {
  const auto count = static_cast<std::int64_t>(under_test_.records.size());
  for (const auto offset : {count + 1, count + 1000}) {
    const auto page = source().page(offset, 10, context_);
    ASSERT_TRUE(page) << to_line(page.error());
    EXPECT_THAT(page->records, IsEmpty());
    EXPECT_EQ(page->found_count, count);
  }
}

TEST_P(SourceContract, RefusesAPageThatCanNotBe) {
  EXPECT_EQ(kind_of(source().page(0, 10, context_)), ErrorKind::invalid);
  EXPECT_EQ(kind_of(source().page(1, 0, context_)), ErrorKind::invalid);
}

TEST_P(SourceContract, ShowsFieldsAndContainersAsTheyAre) {
  const auto records = all_records(50);
  const bool told = source().capabilities().tells_emptiness;
  ASSERT_EQ(records.size(), under_test_.records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].field(under_test_.id_field), under_test_.records[i].id);
    EXPECT_EQ(states_of(records[i]), states_of(under_test_.records[i], told))
        << records[i].record_id;
  }
}

TEST_P(SourceContract, ShowsContainersInTheOrderTheyWereAskedFor) {
  const auto& known = under_test_.records.front();
  const auto record = source().read(known.record_id, context_);
  ASSERT_TRUE(record) << to_line(record.error());
  ASSERT_EQ(record->containers.size(), known.containers.size());
  for (std::size_t i = 0; i < known.containers.size(); ++i) {
    EXPECT_EQ(record->containers[i].field, known.containers[i].field);
  }
}

TEST_P(SourceContract, ReadsARecordAsTheListingShowsIt) {
  const auto page = source().page(3, 1, context_);
  ASSERT_TRUE(page);
  const auto record = source().read(page->records.at(0).record_id, context_);
  ASSERT_TRUE(record) << to_line(record.error());
  EXPECT_EQ(record->mod_id, page->records[0].mod_id);
  EXPECT_EQ(record->fields, page->records[0].fields);
  if (GetParam().traits.reads_as_listed) {
    EXPECT_EQ(states_of(*record), states_of(page->records[0]));
  }
}

TEST_P(SourceContract, SaysThatARecordIsGone) {
  EXPECT_EQ(kind_of(source().read(k_nobody, context_)), ErrorKind::not_found);
}

TEST_P(SourceContract, StreamsEveryContainerBitForBit) {
  const auto records = all_records(25);
  ASSERT_EQ(records.size(), under_test_.records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const auto& known : under_test_.records[i].containers) {
      if (known.state != ContainerState::filled) continue;
      EXPECT_EQ(fetch(records[i], known.field), known.sha256 + " " + std::to_string(known.length))
          << known.field << " of " << records[i].record_id;
    }
  }
}

TEST_P(SourceContract, StreamsTheSameContainerAgain) {
  const auto [record_id, field] = one_with(ContainerState::filled);
  const auto record = source().read(record_id, context_);
  ASSERT_TRUE(record);
  const auto first = fetch(*record, field);
  EXPECT_THAT(first, Not(HasSubstr("ERROR")));
  EXPECT_EQ(fetch(*record, field), first);
}

TEST_P(SourceContract, TellsAnEmptyContainerFromOneItCanNotReach) {
  const auto [with_empty, empty] = one_with(ContainerState::empty);
  const auto [with_unreachable, unreachable] = one_with(ContainerState::unreachable);
  EXPECT_EQ(fetch(*source().read(with_empty, context_), empty), "ERROR not_found");
  const auto record = source().read(with_unreachable, context_);
  ASSERT_TRUE(record);
  EXPECT_EQ(fetch(*record, unreachable), "ERROR corrupt");
  const ByteSink sink = [](ByteView) -> Status { return {}; };
  const auto info = source().fetch(*record, *record->container(unreachable), sink, context_);
  EXPECT_EQ(info.error().origin_code, k_holds_no_file) << to_line(info.error());
}

TEST_P(SourceContract, EndsAFetchWithTheSinksOwnError) {
  const auto [record_id, field] = one_with(ContainerState::filled);
  const auto record = source().read(record_id, context_);
  ASSERT_TRUE(record);
  const ByteSink full = [](ByteView) -> Status { return fail(ErrorKind::internal, "disk full"); };
  const auto info = source().fetch(*record, *record->container(field), full, context_);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::internal);
  EXPECT_EQ(info.error().what, "disk full");
}

TEST_P(SourceContract, IsThereForTheNextOneAfterAFetchThatWasCutShort) {
  const auto [record_id, field] = one_with(ContainerState::filled);
  const auto record = source().read(record_id, context_);
  ASSERT_TRUE(record);
  const auto whole = fetch(*record, field);
  const ByteSink cut = [](ByteView) -> Status { return fail(ErrorKind::cancelled, "enough"); };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(kind_of(source().fetch(*record, *record->container(field), cut, context_)),
              ErrorKind::cancelled);
  }
  EXPECT_EQ(fetch(*record, field), whole);
}

TEST_P(SourceContract, TellsTheLengthOfABodyFirstOrNotAtAll) {
  const auto records = all_records(25);
  ASSERT_EQ(records.size(), under_test_.records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const auto& known : under_test_.records[i].containers) {
      if (known.state != ContainerState::filled) continue;
      std::optional<std::int64_t> told;
      bool begun = false;
      context_.on_length = [&](std::int64_t whole, std::int64_t coming) {
        EXPECT_FALSE(begun);
        EXPECT_EQ(coming, whole);
        told = whole;
      };
      const ByteSink sink = [&begun](ByteView) -> Status {
        begun = true;
        return {};
      };
      const auto* container = records[i].container(known.field);
      ASSERT_NE(container, nullptr);
      ASSERT_TRUE(source().fetch(records[i], *container, sink, context_));
      EXPECT_EQ(told.value_or(known.length), known.length) << known.field;
    }
  }
}

TEST_P(SourceContract, OfABodyItsFirstBytesMayBeAllThatIsWanted) {
  const auto [record_id, field] = one_with(ContainerState::filled);
  const auto record = source().read(record_id, context_);
  ASSERT_TRUE(record);
  std::string bytes;
  const ByteSink sink = [&bytes](ByteView part) -> Status {
    bytes.append(part);
    return {};
  };
  ASSERT_TRUE(source().fetch(*record, *record->container(field), sink, context_));
  const std::string whole = std::exchange(bytes, {});
  ASSERT_GT(whole.size(), 1U);
  std::optional<std::int64_t> coming_told;
  context_.first_bytes = static_cast<std::int64_t>(whole.size() / 2);
  context_.on_length = [&](std::int64_t length, std::int64_t coming) {
    EXPECT_EQ(length, static_cast<std::int64_t>(whole.size()));
    coming_told = coming;
  };
  ASSERT_TRUE(source().fetch(*record, *record->container(field), sink, context_));
  EXPECT_GE(bytes.size(), whole.size() / 2);
  EXPECT_EQ(bytes, whole.substr(0, bytes.size()));
  EXPECT_EQ(coming_told.value_or(static_cast<std::int64_t>(bytes.size())),
            static_cast<std::int64_t>(bytes.size()));
}

TEST_P(SourceContract, ServesSeveralCallersAtOnce) {
  const auto records = all_records(50);
  std::atomic<std::size_t> next{0};
  std::atomic<int> wrong{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < records.size(); i = next++) {
      for (const auto& known : under_test_.records[i].containers) {
        if (known.state != ContainerState::filled) continue;
        const auto expected = known.sha256 + " " + std::to_string(known.length);
        if (fetch(records[i], known.field) != expected) ++wrong;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  EXPECT_EQ(wrong, 0);
}

TEST_P(SourceContract, StopsWhenAskedTo) {
  if (!GetParam().traits.stops_before_a_call) return;
  std::stop_source stop;
  stop.request_stop();
  context_.stop = stop.get_token();
  EXPECT_EQ(kind_of(source().count(context_)), ErrorKind::cancelled);
  EXPECT_EQ(kind_of(source().page(1, 10, context_)), ErrorKind::cancelled);
  EXPECT_EQ(kind_of(source().read(1, context_)), ErrorKind::cancelled);
}

TEST_P(SourceContract, WritesFieldsAndCountsTheModification) {
  EXPECT_EQ(source().capabilities().write_back, !under_test_.writable_field.empty());
  if (under_test_.writable_field.empty()) return;
  const auto before = source().read(under_test_.records[0].record_id, context_);
  ASSERT_TRUE(before);
  const FieldUpdates updates{{under_test_.writable_field, "image \"Full\" \\ é"}};
  const auto mod_id = source().write(before->record_id, updates, before->mod_id, context_);
  ASSERT_TRUE(mod_id) << to_line(mod_id.error());
  const auto after = source().read(before->record_id, context_);
  ASSERT_TRUE(after);
  EXPECT_GT(*mod_id, before->mod_id);
  EXPECT_EQ(after->mod_id, *mod_id);
  EXPECT_EQ(after->field(under_test_.writable_field), "image \"Full\" \\ é");
  EXPECT_EQ(after->field(under_test_.id_field), before->field(under_test_.id_field));
}

TEST_P(SourceContract, WritesNothingWhenTheRecordWasChangedMeanwhile) {
  if (under_test_.writable_field.empty() || !GetParam().traits.checks_mod_id) return;
  const RecordId record_id = under_test_.records[0].record_id;
  const auto before = source().read(record_id, context_);
  ASSERT_TRUE(before);
  ASSERT_TRUE(source().write(record_id, {{under_test_.writable_field, "a"}}, {}, context_));
  EXPECT_EQ(kind_of(source().write(
                record_id, {{under_test_.writable_field, "b"}}, before->mod_id, context_)),
            ErrorKind::conflict);
  EXPECT_EQ(source().read(record_id, context_)->field(under_test_.writable_field), "a");
}

TEST_P(SourceContract, RefusesToWriteWhereItMayNot) {
  if (under_test_.writable_field.empty()) return;
  const RecordId record_id = under_test_.records[0].record_id;
  for (const auto& field : {std::string("no_such_field"), under_test_.forbidden_field}) {
    if (field.empty()) continue;
    const auto written = source().write(record_id, {{field, "private value"}}, {}, context_);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::invalid);
    EXPECT_THAT(to_line(written.error()), HasSubstr(field));
    EXPECT_THAT(to_line(written.error()), Not(HasSubstr("private value")));
  }
  EXPECT_EQ(kind_of(source().write(k_nobody, {{under_test_.writable_field, "x"}}, {}, context_)),
            ErrorKind::not_found);
}

std::vector<RecordWrite> SourceContract::writes_to(std::size_t count, const std::string& value) {
  std::vector<RecordWrite> writes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto record = source().read(under_test_.records.at(i).record_id, context_);
    EXPECT_TRUE(record) << to_line(record.error());
    if (!record) return {};
    writes.push_back({record->record_id, {{under_test_.writable_field, value}}, record->mod_id});
  }
  return writes;
}

TEST_P(SourceContract, WritesToManyRecordsAtOnce) {
  if (under_test_.writable_field.empty()) return;
  auto writes = writes_to(12, "first 'value'");
  ASSERT_EQ(writes.size(), 12U);
  for (std::size_t i = 8; i < 12; ++i) {
    writes[i].updates.begin()->second = "value of its own " + std::to_string(i);
  }
  const auto written = source().write_many(writes, context_);
  ASSERT_EQ(written.size(), writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    ASSERT_TRUE(written[i]) << i << ": " << to_line(written[i].error());
    const auto after = source().read(writes[i].record_id, context_);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->mod_id, *written[i]);
    EXPECT_GT(after->mod_id, *writes[i].expected_mod_id);
    EXPECT_EQ(after->field(under_test_.writable_field), writes[i].updates.begin()->second);
  }
  const RecordId untouched = under_test_.records.at(12).record_id;
  EXPECT_EQ(source().read(untouched, context_)->field(under_test_.writable_field), "");
  EXPECT_TRUE(source().write_many({}, context_).empty());
}

TEST_P(SourceContract, LeavesOutOfManyOnlyWhatItMust) {
  if (under_test_.writable_field.empty() || !GetParam().traits.checks_mod_id) return;
  auto writes = writes_to(10, "b");
  ASSERT_EQ(writes.size(), 10U);
  ASSERT_TRUE(
      source().write(writes[3].record_id, {{under_test_.writable_field, "a"}}, {}, context_));
  writes[6].record_id = k_nobody;
  const auto written = source().write_many(writes, context_);
  ASSERT_EQ(written.size(), writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (i == 3 || i == 6) continue;
    ASSERT_TRUE(written[i]) << i << ": " << to_line(written[i].error());
    const auto after = source().read(writes[i].record_id, context_);
    EXPECT_EQ(after->field(under_test_.writable_field), "b");
    EXPECT_EQ(after->mod_id, *written[i]);
  }
  EXPECT_EQ(kind_of(written[3]), ErrorKind::conflict);
  EXPECT_EQ(source().read(writes[3].record_id, context_)->field(under_test_.writable_field), "a");
  EXPECT_EQ(kind_of(written[6]), ErrorKind::not_found);
}

TEST_P(SourceContract, RefusesManyWritesWhereItMayNot) {
  if (under_test_.writable_field.empty()) return;
  auto writes = writes_to(4, "private value");
  for (auto& write : writes) write.updates = {{"no_such_field", "private value"}};
  for (const auto& written : source().write_many(writes, context_)) {
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::invalid);
    EXPECT_THAT(to_line(written.error()), Not(HasSubstr("private value")));
  }
}

TEST_P(SourceContract, ClosesTwiceAndForGood) {
  ASSERT_TRUE(source().count(context_));
  source().close();
  source().close();
  if (GetParam().traits.refuses_after_close) {
    EXPECT_FALSE(source().count(context_));
  }
}

TEST_P(SourceContract, HasALastingNameWithoutSecrets) {
  const auto name = source().identity();
  EXPECT_THAT(name, Not(IsEmpty()));
  ASSERT_TRUE(source().count(context_));
  EXPECT_EQ(source().identity(), name);
  if (!under_test_.secret.empty()) {
    EXPECT_THAT(name, Not(HasSubstr(under_test_.secret)));
  }
}

}  // namespace fmferry::contract
