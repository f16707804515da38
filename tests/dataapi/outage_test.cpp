// SPDX-License-Identifier: Apache-2.0
#include "engine/virtual_clock.hpp"
#include "support/simulator.hpp"
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fmferry {
namespace {

using namespace std::chrono_literals;
using testing_support::Simulator;

constexpr int k_callers = 4;
constexpr auto k_outage = 2h;

// Time passes only by sleeping; when the outage has lasted long enough, the server is back.
class OutageClock final : public Clock {
 public:
  explicit OutageClock(const Simulator& simulator) : simulator_(simulator) {}

  void begin_outage() {
    const std::scoped_lock lock(mutex_);
    logouts_ = simulator_.stat("logout");
    simulator_.faults("any always reply 502\n");
    over_at_ = inner_.elapsed() + k_outage;
  }

  std::chrono::steady_clock::time_point now() override { return inner_.now(); }

  std::chrono::system_clock::time_point wall() override { return inner_.wall(); }

  bool sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) override {
    const bool slept = inner_.sleep_for(span, stop);
    const std::scoped_lock lock(mutex_);
    if (over_at_ && inner_.elapsed() >= *over_at_) {
      simulator_.faults("");
      logouts_ = simulator_.stat("logout") - logouts_;
      over_at_.reset();
      ended_ = true;
    }
    return slept;
  }

  [[nodiscard]] bool outage_ended() const { return ended_; }

  // Sessions that were to end during the outage, which the server could not be told. A real one
  // forgets them after 15 minutes; the simulator's time has not passed.
  [[nodiscard]] std::int64_t refused_logouts() const { return logouts_; }

 private:
  const Simulator& simulator_;
  test::VirtualClock inner_{};
  std::mutex mutex_{};
  std::optional<std::chrono::milliseconds> over_at_{};  // guarded by mutex_
  std::int64_t logouts_{0};                             // the same
  std::atomic<bool> ended_{false};
};

std::vector<Record> with_pictures(Source& source) {
  const auto page = source.page(1, 200, {});
  std::vector<Record> found;
  if (!page) return found;
  for (const auto& record : page->records) {
    if (record.containers[0].state == ContainerState::filled) found.push_back(record);
  }
  return found;
}

TEST(Outage, OfTwoHoursFailsNoRecordAndLeaksNoSession) {
  const auto simulator = Simulator::start({"--records", "200"});
  ASSERT_NE(simulator, nullptr);
  const auto clock = std::make_shared<OutageClock>(*simulator);
  const auto source = DataApiSource::open(
      {.server = simulator->url(),
       .database = simulator->database(),
       .layout = "API_Images",
       .authorization = basic_authorization(simulator->user(), Secret(simulator->password())),
       .containers = {"image_Full"},
       .fields = {"id"},
       .ca_file = simulator->ca_file()},
      clock);
  ASSERT_TRUE(source) << to_line(source.error());
  GuardedSource guarded(**source, {.width = {.most = k_callers}}, *clock, nullptr);
  const auto records = with_pictures(guarded.top());
  ASSERT_GT(records.size(), 100U);

  // Reads all as a run does; `outage_at` is the record with which the outage begins.
  const auto read_all = [&](std::optional<std::size_t> outage_at) {
    std::vector<std::string> outcomes(records.size());
    std::atomic<std::size_t> next{0};
    const auto read = [&] {
      for (std::size_t at = next++; at < records.size(); at = next++) {
        if (at == outage_at) clock->begin_outage();
        const auto digests = digests_at_source(guarded.top(), records[at], "image_Full", {});
        outcomes[at] = digests ? digests->sha256 : to_line(digests.error());
      }
    };
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < k_callers; ++caller) callers.emplace_back(read);
    callers.clear();
    return outcomes;
  };
  const auto through_the_outage = read_all(40);
  EXPECT_TRUE(clock->outage_ended());
  EXPECT_LE(simulator->stat("sessions_opened"), 2 * k_callers)
      << "one a caller before the outage and one after it";
  EXPECT_EQ(through_the_outage, read_all({}));
  (*source)->close();
  EXPECT_EQ(simulator->stat("sessions_open"), clock->refused_logouts());
}

}  // namespace
}  // namespace fmferry
