// SPDX-License-Identifier: Apache-2.0
#include "contract/known_records.hpp"
#include "contract/source_contract.hpp"
#include "support/simulator.hpp"
#include <fmferry/filemaker/odata/odata_source.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <set>
#include <stdexcept>

namespace fmferry {
namespace {

using namespace std::chrono_literals;
using testing_support::Simulator;

ODataOptions options_for(const Simulator& simulator) {
  return {
      .server = simulator.url(),
      .database = simulator.database(),
      .table = "API_Images",
      .authorization = basic_authorization(simulator.user(), Secret(simulator.password())),
      .containers = {"image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"},
      .fields =
          {"id", "id_patient", "image_date", "category", "best_image_container", "NexusExportDate"},
      .written_fields = {"best_image_container", "NexusExportDate"},
      .ca_file = simulator.ca_file(),
      .stall_timeout = 5s};
}

using Change = std::function<void(ODataOptions&)>;

contract::SourceUnderTest make_under_test(std::vector<std::string> arguments,
                                          const Change& change) {
  arguments.insert(arguments.end(), {"--records", "200"});
  const std::shared_ptr<Simulator> simulator = Simulator::start(std::move(arguments));
  if (simulator == nullptr) return {};
  contract::SourceUnderTest under_test{.writable_field = "best_image_container",
                                       .forbidden_field = "modified_by",
                                       .secret = simulator->password()};
  for (const auto& record : simulator->truth())
    under_test.records.push_back(contract::known(record));
  ODataOptions options = options_for(*simulator);
  if (change) change(options);
  auto opened = ODataSource::open(std::move(options));
  if (!opened) return {};
  const std::shared_ptr<ODataSource> source = std::move(*opened);
  under_test.source = {source.get(), [source, simulator](Source*) {}};
  return under_test;
}

contract::SourceCase row(std::string name,
                         std::vector<std::string> arguments,
                         Change change = nullptr) {
  return {.name = std::move(name),
          .make = [arguments, change] { return make_under_test(arguments, change); }};
}

}  // namespace

namespace contract {

INSTANTIATE_TEST_SUITE_P(
    OData,
    SourceContract,
    testing::Values(
        row("Engine22", {"--parts"}),
        row("Engine21", {"--odata-engine", "21", "--odata-empty", "404"}),
        row("Engine20", {"--odata-engine", "20", "--odata-empty", "zero"}),
        row("WithoutAKey", {"--odata-key", "none", "--odata-locked", "skip"}),
        row("EmptyIsAText",
            {"--odata-empty", "text", "--odata-offset", "+10:00"},
            [](ODataOptions& o) { o.empty_text = "No content"; }),
        row("DirtyJson",
            {"--odata-dirty", "controls", "--odata-dirty", "nul", "--odata-dirty", "question"}),
        row("ShortPages", {"--odata-page", "30"}),
        row("BySkip", {}, [](ODataOptions& o) { o.paging = ODataPaging::skip; }),
        row("OddName",
            {"--odata-occurrence", "Image Files #1"},
            [](ODataOptions& o) { o.table = "Image Files #1"; })),
    name_of_source_case);

}  // namespace contract

namespace {

// --- the manners of a real server

class ODataOnSimulator : public testing::Test {
 protected:
  void start(std::vector<std::string> arguments = {}, const Change& change = nullptr) {
    arguments.insert(arguments.end(), {"--records", "120"});
    simulator_ = Simulator::start(std::move(arguments));
    if (simulator_ == nullptr) throw std::runtime_error("no simulator");
    ODataOptions options = options_for(*simulator_);
    if (change) change(options);
    auto opened = ODataSource::open(std::move(options));
    if (!opened) throw std::runtime_error(to_line(opened.error()));
    source_ = std::move(*opened);
  }

  [[nodiscard]] std::vector<Record> records() const {
    const auto page = source_->page(1, 500, {});
    EXPECT_TRUE(page) << (page ? "" : to_line(page.error()));
    return page ? page->records : std::vector<Record>{};
  }

  [[nodiscard]] std::vector<RecordWrite> writes(const std::string& field,
                                                const std::string& value) const {
    std::vector<RecordWrite> made;
    for (const auto& record : records()) {
      made.push_back({record.record_id, {{field, value}}, record.mod_id});
    }
    return made;
  }

  // How many requests changed something.
  [[nodiscard]] std::int64_t changes() const {
    const std::string stats = simulator_->stats();
    const auto at = stats.find("\"odata_requests\"");
    std::int64_t sum = 0;
    for (const auto* kind : {"\"edit\":", "\"bulk-edit\":", "\"batch\":"}) {
      const auto found = at == std::string::npos ? at : stats.find(kind, at);
      if (found != std::string::npos) sum += std::atoll(stats.c_str() + found + std::strlen(kind));
    }
    return sum;
  }

  std::unique_ptr<Simulator> simulator_{};
  std::unique_ptr<ODataSource> source_{};
};

TEST_F(ODataOnSimulator, ManyMarksTakeFewRequests) {
  start();
  const auto marks = writes("best_image_container", "image_Full");
  for (const auto& written : source_->write_many(marks, {})) {
    ASSERT_TRUE(written) << to_line(written.error());
  }
  EXPECT_GE(changes(), 1);
  EXPECT_LE(changes(), 3) << "for " << marks.size() << " records";
  for (const auto& record : records()) {
    EXPECT_EQ(record.field("best_image_container"), "image_Full");
  }
}

TEST_F(ODataOnSimulator, AStampReadsBackAsItWasWritten) {
  for (const auto* offset : {"Z", "+10:00", "-03:30"}) {
    start({"--odata-offset", offset});
    const auto stamps = writes("NexusExportDate", "11/22/2026 17:03:45");
    for (const auto& written : source_->write_many(stamps, {})) {
      ASSERT_TRUE(written) << to_line(written.error());
    }
    for (const auto& record : records()) {
      ASSERT_EQ(record.field("NexusExportDate"), "11/22/2026 17:03:45") << offset;
    }
  }
}

TEST_F(ODataOnSimulator, ALockedRecordKeepsNoOtherFromItsStamp) {
  for (const auto* how : {"refuse", "skip"}) {
    start({"--odata-locked", how});
    const auto stamps = writes("NexusExportDate", "11/22/2026 17:03:45");
    simulator_->lock(stamps.at(5).record_id);
    const auto written = source_->write_many(stamps, {});
    for (std::size_t i = 0; i < written.size(); ++i) {
      ASSERT_TRUE(i == 5 || written[i]) << how << i << to_line(written[i].error());
    }
    ASSERT_FALSE(written[5]) << how;
    EXPECT_EQ(written[5].error().kind, ErrorKind::conflict);
    EXPECT_EQ(written[5].error().origin_code, 301);
    EXPECT_LE(changes(), 24) << "a refused request is halved, not taken apart";
  }
}

TEST_F(ODataOnSimulator, DifferentValuesGoInChangesets) {
  start();
  auto marks = writes("best_image_container", "");
  for (std::size_t i = 0; i < marks.size(); ++i) {
    marks[i].updates.begin()->second = "value " + std::to_string(i);
  }
  simulator_->lock(marks.at(7).record_id);
  const auto written = source_->write_many(marks, {});
  for (std::size_t i = 0; i < written.size(); ++i) {
    ASSERT_TRUE(i == 7 || written[i]) << i << to_line(written[i].error());
  }
  EXPECT_EQ(written[7].error().origin_code, 301);
  EXPECT_LE(changes(), static_cast<std::int64_t>(marks.size() / 25 + 10));
  const auto now = records();
  for (std::size_t i = 0; i < now.size(); ++i) {
    EXPECT_EQ(now[i].field("best_image_container"), i == 7 ? "" : "value " + std::to_string(i));
  }
}

TEST_F(ODataOnSimulator, ALostReplyLeavesAllOfItsRecordsInDoubt) {
  start();
  const auto marks = writes("best_image_container", "image_Full");
  simulator_->faults("bulk-edit hit 1 apply then drop reply\n");
  const auto written = source_->write_many(marks, {});
  int doubted = 0;
  for (const auto& each : written) {
    EXPECT_TRUE(each || each.error().kind == ErrorKind::in_doubt);
    doubted += each ? 0 : 1;
  }
  EXPECT_GT(doubted, 20);
}

TEST_F(ODataOnSimulator, ProxyPagesAreAnOutageAndNeverTheEndOfTheList) {
  start();
  ASSERT_TRUE(source_->check({}));
  simulator_->faults("odata always reply 502 html\n");
  EXPECT_EQ(source_->page(1, 10, {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(source_->count({}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(source_->read(1, {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(source_->check({}).error().kind, ErrorKind::unavailable);
}

TEST_F(ODataOnSimulator, ACheckThatFailedGoesOnWhereItFailed) {
  start();
  simulator_->faults("odata every 2 reply 502 html\n");
  int tries = 1;
  while (!source_->check({}) && tries < 20) ++tries;
  EXPECT_GT(tries, 2);
  EXPECT_LT(tries, 10) << "each try gets one request further at least";
  simulator_->faults("");
  EXPECT_EQ(records().size(), 120U);
}

TEST_F(ODataOnSimulator, ListsByTheKeyWhenThatIsSet) {
  start({}, [](ODataOptions& o) { o.paging = ODataPaging::key; });
  std::set<RecordId> seen;
  std::string last;
  std::int64_t offset = 1;
  while (true) {
    const auto page = source_->page(offset, 20, {});
    ASSERT_TRUE(page) << to_line(page.error());
    EXPECT_EQ(page->found_count, 120);
    for (const auto& record : page->records) seen.insert(record.record_id);
    if (offset + static_cast<std::int64_t>(page->records.size()) > 120) break;
    ASSERT_GE(page->records.size(), 2U);
    offset += static_cast<std::int64_t>(page->records.size()) - 1;
  }
  EXPECT_EQ(seen.size(), 120U);
}

TEST_F(ODataOnSimulator, AWrongPasswordIsDeniedAndNamesThePrivilege) {
  start({}, [](ODataOptions& o) { o.authorization = basic_authorization("api", Secret("wrong")); });
  const auto status = source_->check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::denied);
  EXPECT_NE(status.error().what.find("fmodata"), std::string::npos);
}

}  // namespace
}  // namespace fmferry
