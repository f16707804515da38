// SPDX-License-Identifier: Apache-2.0
#include "contract/known_records.hpp"
#include "contract/source_contract.hpp"
#include "support/simulator.hpp"
#include <fmferry/filemaker/dataapi/data_api_source.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <stdexcept>
#include <thread>

namespace fmferry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::Simulator;
using testing_support::TrueRecord;

DataApiOptions options_for(const Simulator& simulator) {
  return {
      .server = simulator.url(),
      .database = simulator.database(),
      .layout = "API_Images",
      .authorization = basic_authorization(simulator.user(), Secret(simulator.password())),
      .containers = {"image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"},
      .fields = {"id", "id_patient", "image_date", "category", "best_image_container"},
      .written_fields = {"best_image_container", "NexusExportDate"},
      .ca_file = simulator.ca_file(),
      .stall_timeout = 5s};
}

std::shared_ptr<DataApiSource> open_source(DataApiOptions options) {
  auto opened = DataApiSource::open(std::move(options), std::make_shared<SystemClock>());
  if (!opened) {
    ADD_FAILURE() << to_line(opened.error());
    return nullptr;
  }
  return std::move(*opened);
}

// --- the contract

contract::SourceUnderTest make_under_test(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--records", "200"});
  const std::shared_ptr<Simulator> simulator = Simulator::start(std::move(arguments));
  if (simulator == nullptr) return {};
  contract::SourceUnderTest under_test{.writable_field = "best_image_container",
                                       .forbidden_field = "modified_by",
                                       .secret = simulator->password()};
  for (const auto& record : simulator->truth())
    under_test.records.push_back(contract::known(record));
  auto source = open_source(options_for(*simulator));
  under_test.source = {source.get(), [source, simulator](Source*) mutable {
                         source->close();
                         EXPECT_EQ(simulator->stat("sessions_open"), 0);
                         source.reset();
                       }};
  return under_test;
}

contract::SourceCase row(std::string name, std::vector<std::string> arguments) {
  return {.name = std::move(name), .make = [arguments] { return make_under_test(arguments); }};
}

}  // namespace

namespace contract {

INSTANTIATE_TEST_SUITE_P(DataApi,
                         SourceContract,
                         testing::Values(row("RelativeLocation", {}),
                                         row("AbsoluteLocation",
                                             {"--location", "absolute", "--parts"}),
                                         row("OpenStream", {"--authenticated-stream", "2"}),
                                         row("DirtyJson", {"--dirty-json"})),
                         name_of_source_case);

}  // namespace contract

namespace {

// --- the manners of a real server

class OnSimulator : public testing::Test {
 protected:
  void start(std::vector<std::string> arguments = {}, int max_sessions = 4) {
    arguments.insert(arguments.end(), {"--records", "60"});
    simulator_ = Simulator::start(std::move(arguments));
    // An exception, as it ends the whole test where a fatal failure would end this function only.
    if (simulator_ == nullptr) throw std::runtime_error("no simulator");
    auto options = options_for(*simulator_);
    options.max_sessions = max_sessions;
    source_ = open_source(std::move(options));
    if (source_ == nullptr) throw std::runtime_error("no source");
    for (auto& record : simulator_->truth()) truth_[record.record_id] = std::move(record);
  }

  void TearDown() override {
    if (source_ == nullptr) return;
    source_->close();
    EXPECT_EQ(simulator_->stat("sessions_open"), 0);
  }

  [[nodiscard]] std::vector<Record> records() const {
    const auto page = source_->page(1, 60, {});
    EXPECT_TRUE(page) << (page ? "" : to_line(page.error()));
    return page ? page->records : std::vector<Record>{};
  }

  // Those whose first container is a sound picture.
  [[nodiscard]] std::vector<Record> with_pictures() const {
    std::vector<Record> found;
    for (auto& record : records()) {
      if (record.containers[0].state == ContainerState::filled &&
          truth_.at(record.record_id).containers[0].length > 0) {
        found.push_back(record);
      }
    }
    return found;
  }

  // "good", "WRONG BYTES", or "ERROR kind".
  [[nodiscard]] std::string fetch(const Record& record) const {
    Hasher hasher;
    const ByteSink sink = [&hasher](ByteView bytes) -> Status {
      hasher.update(bytes);
      return {};
    };
    const auto info = source_->fetch(record, record.containers[0], sink, {});
    if (!info) return "ERROR " + std::string(name_of(info.error().kind));
    const auto& known = truth_.at(record.record_id).containers[0].sha256;
    return to_hex(hasher.finish()) == known ? "good" : "WRONG BYTES";
  }

  [[nodiscard]] std::string fetch_first() const { return fetch(with_pictures().at(0)); }

  [[nodiscard]] RecordId first_id() const { return truth_.begin()->first; }

  std::unique_ptr<Simulator> simulator_{};
  std::shared_ptr<DataApiSource> source_{};
  std::map<std::int64_t, TrueRecord> truth_{};
};

TEST_F(OnSimulator, EightDownloadsAtOnceKeepTheirCookiesApart) {
  start({"--latency-ms", "10"});
  const auto pictures = with_pictures();
  std::atomic<std::size_t> next{0};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (std::size_t at = next++; at < 4 * pictures.size(); at = next++) {
          if (fetch(pictures[at % pictures.size()]) != "good") ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(simulator_->stat("peak_width"), 4);
  EXPECT_LE(simulator_->stat("peak_width"), 9);
  EXPECT_EQ(simulator_->stat("sessions_opened"), 1);
}

TEST_F(OnSimulator, SessionsStayWithinTheirNumber) {
  start({"--latency-ms", "5"}, 2);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 5; ++n) EXPECT_TRUE(source_->read(first_id(), {}));
      });
    }
  }
  EXPECT_EQ(simulator_->stat("peak_sessions"), 2);
}

TEST_F(OnSimulator, ASessionThatRanOutIsNobodysError) {
  start({"--session-idle", "1"});
  const auto picture = with_pictures().at(0);
  std::this_thread::sleep_for(1200ms);
  EXPECT_TRUE(source_->count({}));
  std::this_thread::sleep_for(1200ms);
  EXPECT_EQ(fetch(picture), "good");
  EXPECT_EQ(simulator_->stat("sessions_opened"), 3);
}

TEST_F(OnSimulator, SessionsThatEndInTheMiddleOfARunAreNobodysError) {
  start();
  simulator_->faults("any every 7 expire sessions\n");
  for (const auto& picture : with_pictures()) {
    ASSERT_EQ(fetch(picture), "good");
    const auto written = source_->write(picture.record_id, {{"category", "x"}}, {}, {});
    ASSERT_TRUE(written) << to_line(written.error());
  }
  simulator_->faults("");
}

TEST_F(OnSimulator, AStaleAddressIsReadAnew) {
  start({"--url-ttl", "1"});
  const auto picture = with_pictures().at(0);
  std::this_thread::sleep_for(2200ms);
  EXPECT_EQ(fetch(picture), "good");
  EXPECT_EQ(simulator_->stat("record"), 1);
}

TEST_F(OnSimulator, AnAddressThatStaysStaleIsTheRecordsOwnFault) {
  start();
  simulator_->faults("redirect always stale url\n");
  EXPECT_EQ(fetch_first(), "ERROR corrupt");
  EXPECT_EQ(simulator_->stat("record"), 2);
}

TEST_F(OnSimulator, AMissingCookieIsAskedForAgain) {
  start();
  simulator_->faults("redirect hit 1 drop cookie\n");
  EXPECT_EQ(fetch_first(), "good");
}

TEST_F(OnSimulator, RedirectsToHostsThatOnlyTheServerKnowsComeHome) {
  start();
  for (const auto* where : {"unreachable", "foreign", "absolute", "relative"}) {
    simulator_->faults(std::string("redirect always location ") + where + "\n");
    EXPECT_EQ(fetch_first(), "good") << where;
  }
}

TEST_F(OnSimulator, ABodyCutShortIsNoPicture) {
  start();
  simulator_->faults("container hit 1 cut after 40%\n");
  EXPECT_THAT(fetch_first(), testing::AnyOf("ERROR corrupt", "ERROR unavailable"));
  EXPECT_EQ(fetch_first(), "good");
}

TEST_F(OnSimulator, APageInPlaceOfAPictureIsNoPicture) {
  start();
  simulator_->faults("container hit 1 reply 200 html\n");
  EXPECT_EQ(fetch_first(), "good");
  simulator_->faults("container always reply 200 html\n");
  EXPECT_EQ(fetch_first(), "ERROR corrupt");
}

TEST_F(OnSimulator, AnEnvelopeInPlaceOfAPictureIsNoPicture) {
  start();
  simulator_->faults("container always reply 200 json 952\n");
  EXPECT_EQ(fetch_first(), "ERROR corrupt");
}

TEST_F(OnSimulator, AWrongContentTypeDoesNoHarm) {
  start();
  simulator_->faults("container always content-type text/html\n");
  EXPECT_EQ(fetch_first(), "good");
}

TEST_F(OnSimulator, ProxyPagesAreAnOutageAndNeverTheEndOfTheList) {
  start();
  for (const int status : {502, 503, 504}) {
    simulator_->faults("any always reply " + std::to_string(status) + " html\n");
    EXPECT_EQ(source_->page(1, 10, {}).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(source_->count({}).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(source_->check({}).error().kind, ErrorKind::unavailable);
  }
  simulator_->faults("");
  EXPECT_TRUE(source_->check({}));
}

TEST_F(OnSimulator, ACrashIsAnOutageAndEverythingWorksAfterIt) {
  start({"--crash-after-downloads", "5", "--down", "1"});
  const auto pictures = with_pictures();
  int good = 0;
  std::string last;
  for (const auto& picture : pictures) {
    last = fetch(picture);
    if (last != "good") break;
    ++good;
  }
  EXPECT_LE(good, 5);
  EXPECT_EQ(last, "ERROR unavailable");
  EXPECT_EQ(source_->check({}).error().kind, ErrorKind::unavailable);
  const auto give_up = std::chrono::steady_clock::now() + 5s;
  while (!source_->check({}) && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(fetch(pictures.at(0)), "good");  // its old address died with its session
}

TEST_F(OnSimulator, ClosingIsQuickAndQuietWhileTheServerIsDown) {
  start();
  ASSERT_TRUE(source_->count({}));
  simulator_->down(1);
  const auto begin = std::chrono::steady_clock::now();
  source_->close();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(OnSimulator, ALockedRecordIsAConflict) {
  start();
  simulator_->lock(first_id());
  const auto written = source_->write(first_id(), {{"best_image_container", "x"}}, {}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::conflict);
  EXPECT_EQ(written.error().origin_code, 301);
  simulator_->lock(first_id(), false);
  EXPECT_TRUE(source_->write(first_id(), {{"best_image_container", "x"}}, {}, {}));
}

TEST_F(OnSimulator, AReplyLostAfterAWriteLeavesUsInDoubtAndIsNotRepeated) {
  start();
  const auto before = source_->read(first_id(), {});
  ASSERT_TRUE(before);
  simulator_->faults("edit hit 1 apply then drop reply\n");
  const auto written = source_->write(first_id(), {{"best_image_container", "x"}}, {}, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::in_doubt);
  const auto after = source_->read(first_id(), {});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->mod_id, before->mod_id + 1);
  EXPECT_EQ(after->field("best_image_container"), "x");
}

TEST_F(OnSimulator, StampsInTheFormTheServerTakes) {
  start();
  EXPECT_TRUE(source_->write(first_id(), {{"NexusExportDate", "11/22/2026 17:03:45"}}, {}, {}));
  const auto iso = source_->write(first_id(), {{"NexusExportDate", "2026-11-22T17:03:45"}}, {}, {});
  ASSERT_FALSE(iso);
  EXPECT_EQ(iso.error().kind, ErrorKind::invalid);
  EXPECT_THAT(to_line(iso.error()), Not(HasSubstr("2026")));
}

TEST_F(OnSimulator, TheDataLimitIsABudget) {
  start();
  ASSERT_TRUE(source_->count({}));
  simulator_->faults("records always data limit\n");
  EXPECT_EQ(source_->page(1, 10, {}).error().kind, ErrorKind::budget);
}

TEST_F(OnSimulator, AServerWithoutSessionsLeftThrottles) {
  start({"--max-sessions", "1"});
  ASSERT_TRUE(source_->count({}));
  const auto second = open_source(options_for(*simulator_));
  EXPECT_EQ(second->count({}).error().kind, ErrorKind::throttled);
}

TEST_F(OnSimulator, AnEmptyTableHasNoRecords) {
  start();
  for (const auto& [record_id, record] : truth_) simulator_->remove(record_id);
  EXPECT_EQ(source_->count({}).value_or(-1), 0);
  const auto page = source_->page(1, 10, {});
  ASSERT_TRUE(page) << to_line(page.error());
  EXPECT_TRUE(page->records.empty());
}

TEST_F(OnSimulator, ARecordDeletedBeforeItsFetchIsGone) {
  start();
  const auto picture = with_pictures().at(0);
  simulator_->remove(picture.record_id);
  EXPECT_EQ(fetch(picture), "ERROR not_found");
}

TEST_F(OnSimulator, AStopEndsAHangingDownloadAndTheSessionsStillEnd) {
  start();
  const auto picture = with_pictures().at(0);
  simulator_->faults("container always hang\n");
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(200ms);
    stop.request_stop();
  });
  const ByteSink sink = [](ByteView) -> Status { return {}; };
  const auto info =
      source_->fetch(picture, picture.containers[0], sink, {.stop = stop.get_token()});
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::cancelled);
}

// --- what check() says

class Check : public OnSimulator {
 protected:
  void SetUp() override { start(); }

  // "kind: text" of check() with changed options.
  template <class Change>
  std::string complaint(Change change) {
    auto options = options_for(*simulator_);
    change(options);
    const auto source = open_source(std::move(options));
    if (source == nullptr) return "not opened";
    const auto status = source->check({});
    return status ? "fine"
                  : std::string(name_of(status.error().kind)) + ": " + to_line(status.error());
  }
};

TEST_F(Check, IsFineWithTheDefaultsOfTheLayout) {
  EXPECT_EQ(complaint([](DataApiOptions& o) {
              o.containers.clear();
              o.fields.clear();
            }),
            "fine");
}

TEST_F(Check, NamesAnUnknownLayoutAndTheNearest) {
  const auto text = complaint([](DataApiOptions& o) { o.layout = "API_Image"; });
  EXPECT_THAT(text, HasSubstr("invalid: "));
  EXPECT_THAT(text, HasSubstr("no layout 'API_Image'"));
  EXPECT_THAT(text, HasSubstr("did you mean 'API_Images'"));
}

TEST_F(Check, NamesAnUnknownFieldAndTheNearest) {
  const auto text = complaint([](DataApiOptions& o) { o.containers = {"image_full"}; });
  EXPECT_THAT(text, HasSubstr("invalid: "));
  EXPECT_THAT(text, HasSubstr("'image_full'"));
  EXPECT_THAT(text, HasSubstr("did you mean 'image_Full'"));
}

TEST_F(Check, NamesAContainerThatIsNone) {
  EXPECT_THAT(complaint([](DataApiOptions& o) { o.containers = {"category"}; }),
              HasSubstr("'category' is no container"));
}

TEST_F(Check, TriesAWrongPasswordOnce) {
  auto options = options_for(*simulator_);
  options.authorization = basic_authorization(simulator_->user(), Secret("guess"));
  const auto source = open_source(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source->check({}).error().kind, ErrorKind::denied);
  EXPECT_THAT(to_line(source->check({}).error()), Not(HasSubstr("guess")));
  EXPECT_EQ(simulator_->stat("login"), 1);
}

TEST_F(Check, NamesAnUnknownDatabase) {
  const auto text = complaint([](DataApiOptions& o) { o.database = "Klinik"; });
  EXPECT_THAT(text, HasSubstr("invalid: "));
  EXPECT_THAT(text, HasSubstr("'Klinik'"));
}

TEST_F(Check, SaysThatAHostIsNotThere) {
  EXPECT_THAT(complaint([](DataApiOptions& o) { o.server = "https://127.0.0.1:1"; }),
              HasSubstr("unavailable: log in at https://127.0.0.1:1: "));
}

TEST_F(Check, SaysThatACertificateIsNotTrusted) {
  const auto text = complaint([](DataApiOptions& o) { o.ca_file.clear(); });
  EXPECT_THAT(text, HasSubstr("denied: "));
  EXPECT_THAT(text, HasSubstr("certificate"));
}

TEST_F(Check, PassesOverTheCertificateOnLoopbackWhenAskedTo) {
  EXPECT_EQ(complaint([](DataApiOptions& o) {
              o.ca_file.clear();
              o.insecure = true;
            }),
            "fine");
}

}  // namespace
}  // namespace fmferry
