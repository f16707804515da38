// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/forecast.hpp>
#include <fmferry/engine/known_length.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Forecasting : public testing::Test {
 protected:
  Forecast plan(ForecastOptions options = {}) {
    const Job job = world_.job();
    const auto told = [this](const Record& record, const Container& container) {
      return length_said(record, container.field, world_.settings);
    };
    auto found = forecast(job, told, options, {});
    EXPECT_TRUE(found) << to_line(found.error());
    return found ? std::move(*found) : Forecast{};
  }

  // A body of that length, which its layout tells if asked for.
  RecordId add(const std::string& container, std::size_t length) {
    const auto id = world_.add({{container, "JPG" + std::string(length - 4, 'x') + "."}});
    world_.source.edit(
        id, [&](MemoryRecord& r) { r.fields[container + "_length"] = std::to_string(length); });
    return id;
  }

  void edit(RecordId id, const std::function<void(MemoryRecord&)>& change) {
    world_.source.edit(id, change);
  }

  int fetches_of(ForecastOptions options) {
    int fetches = 0;
    world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
      fetches += what == "fetch" ? 1 : 0;
      EXPECT_NE(what, "write");
      return std::nullopt;
    };
    plan(options);
    world_.source_rule = {};
    return fetches;
  }

  World world_;
};

TEST_F(Forecasting, CountsWhatARunThenDoes) {
  for (int i = 0; i < 7; ++i) add("Full", 100);
  for (int i = 0; i < 3; ++i) add("Thumb", 40);
  world_.add({});
  edit(world_.add({}), [](MemoryRecord& r) { r.unreachable = {"Full"}; });
  edit(add("Full", 10), [](MemoryRecord& r) { r.fields["id"] = ""; });
  edit(add("Full", 10), [](MemoryRecord& r) { r.fields["id"] = std::string(2000, 'x'); });
  const Forecast found = plan();
  EXPECT_EQ(found.to_move, 10);
  EXPECT_EQ(found.parts.at("Full").records, 7);
  EXPECT_EQ(found.parts.at("Thumb").records, 3);
  EXPECT_EQ(found.counts.fates.at(Fate::empty), 1);
  EXPECT_EQ(found.counts.fates.at(Fate::refused), 2);
  EXPECT_EQ(found.unnameable, 1);
  EXPECT_EQ(found.counts.source_count, 14);
  ASSERT_TRUE(world_.run());
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), found.to_move);
  EXPECT_EQ(world_.counts().fates.at(Fate::refused), 2 + found.unnameable);
  EXPECT_EQ(world_.counts().bytes_moved, 7 * 100 + 3 * 40);
  const Forecast after = plan();
  EXPECT_EQ(after.to_move, 0);
  EXPECT_EQ(after.counts.fates.at(Fate::moved), 10);
  EXPECT_EQ(after.bytes.total, 0);
}

TEST_F(Forecasting, NamesTheRecordsWhoseKeysWouldCollide) {
  for (int i = 0; i < 6; ++i) add("Full", 100);
  const auto same = [](const std::string& id) {
    return [id](MemoryRecord& r) { r.fields["id"] = id; };
  };
  edit(2, same("one"));
  edit(5, same("one"));
  edit(3, same("other"));
  edit(6, same("other"));
  Forecast found = plan();
  EXPECT_THAT(found.collisions, ElementsAre(ElementsAre(2, 5), ElementsAre(3, 6)));
  EXPECT_EQ(found.to_move, 2);
  world_.settings.key = *KeyTemplate::parse("{recordId}/{id}");
  found = plan();
  EXPECT_THAT(found.collisions, IsEmpty());
  EXPECT_EQ(found.to_move, 6);
}

TEST_F(Forecasting, ANewRecordWithTheIdOfAMovedOneCollidesWithIt) {
  for (int i = 0; i < 3; ++i) add("Full", 100);
  ASSERT_TRUE(world_.run());
  edit(add("Full", 50), [](MemoryRecord& r) { r.fields["id"] = "id-2"; });
  EXPECT_THAT(plan().collisions, ElementsAre(ElementsAre(2, 4)));
}

TEST_F(Forecasting, LengthsThatAreToldAddUpExactly) {
  world_.settings.length_field = "{container}_length";
  for (std::size_t i = 0; i < 50; ++i) add(i % 5 == 0 ? "Thumb" : "Full", 50 + i);
  const Forecast found = plan();
  EXPECT_TRUE(found.exact);
  EXPECT_EQ(found.bytes.total, 50 * 50 + 49 * 50 / 2);
  EXPECT_EQ(found.bytes.low, found.bytes.high);
  EXPECT_EQ(found.parts.at("Thumb").bytes.total, 10 * 50 + 45 * 10 / 2);
  EXPECT_EQ(fetches_of({}), 20) << "for the speed";
  EXPECT_EQ(fetches_of({.sample_for_speed = 0}), 0);
}

TEST_F(Forecasting, LengthsThatAreNotToldAreSampledAndOnlyThose) {
  world_.settings.length_field = "{container}_length";
  for (std::size_t i = 0; i < 100; ++i) add("Full", 100);
  for (std::size_t i = 0; i < 100; ++i) {
    edit(add("Full", 60 + i % 3), [](MemoryRecord& r) { r.fields["Full_length"] = "?"; });
  }
  const Forecast found = plan();
  EXPECT_FALSE(found.exact);
  EXPECT_EQ(found.parts.at("Full").told, 100);
  EXPECT_GT(*found.bytes.low, 100 * 100 + 100 * 60);
  EXPECT_LT(*found.bytes.high, 100 * 100 + 100 * 62);
}

TEST_F(Forecasting, TheSampleIsBoundedAndTheSameEachTime) {
  for (std::size_t i = 0; i < 300; ++i) add(i % 10 == 0 ? "Thumb" : "Full", 20 + i % 90);
  EXPECT_EQ(fetches_of({}), 60);
  EXPECT_EQ(fetches_of({.sample = 12}), 12);
  EXPECT_EQ(fetches_of({.sample = 0}), 0);
  const Forecast one = plan();
  const Forecast other = plan();
  EXPECT_EQ(one.bytes.total, other.bytes.total);
  EXPECT_EQ(one.sample.bytes, other.sample.bytes);
  EXPECT_EQ(one.parts.at("Thumb").measured + one.parts.at("Full").measured, 60);
  EXPECT_GE(one.parts.at("Thumb").measured, 2);
  EXPECT_FALSE(plan({.sample = 8}).bytes.low) << "too few to tell";
}

TEST_F(Forecasting, TheTruthLiesInTheRange) {
  std::int64_t truth = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t length = 20 + (i * i) % 397;
    truth += static_cast<std::int64_t>(length);
    add(i % 4 == 0 ? "Thumb" : "Full", length);
  }
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Forecast found = plan({.seed = seed});
    const auto all = static_cast<double>(truth);
    held += *found.bytes.low <= all && all <= *found.bytes.high ? 1 : 0;
  }
  EXPECT_GE(held, 17) << "of 20; 19 are to be expected";
}

TEST_F(Forecasting, NothingIsWritten) {
  for (std::size_t i = 0; i < 30; ++i) add("Full", 50);
  const Forecast found = plan();
  EXPECT_EQ(found.sample.records, 30);
  EXPECT_THAT(world_.store.objects(), IsEmpty());
  for (const auto& row : world_.source.rows()) EXPECT_EQ(row.record.fields.at("mark"), "");
}

TEST_F(Forecasting, ASourceThatFallsOverIsWaitedForAndTheSampleIsWhole) {
  for (std::size_t i = 0; i < 30; ++i) add("Full", 50);
  int left = 2;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch" || left-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  };
  const Forecast found = plan();
  EXPECT_EQ(found.sample.records, 30);
  EXPECT_EQ(found.sample.failed, 0);
  EXPECT_EQ(found.bytes.total, 1500);
}

TEST_F(Forecasting, ARecordThatFailsEachTimeIsLeftOutOfTheSample) {
  for (std::size_t i = 0; i < 30; ++i) add("Full", 50);
  world_.source_rule = [&](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "fetch" || on != "7/Full") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "cut"}, .cut_after = 5};
  };
  const Forecast found = plan();
  EXPECT_EQ(found.sample.records, 29);
  EXPECT_EQ(found.sample.failed, 1);
  EXPECT_EQ(found.bytes.total, 1500);
}

TEST_F(Forecasting, TheLimitOfTheLicenceEndsIt) {
  for (std::size_t i = 0; i < 30; ++i) add("Full", 50);
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::budget, .what = "the limit", .origin_code = 953}};
  };
  const Job job = world_.job();
  const auto told = [](const Record&, const Container&) { return std::optional<std::int64_t>(); };
  const auto found = forecast(job, told, {}, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::budget);
}

}  // namespace
}  // namespace fmferry::test
