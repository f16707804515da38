// SPDX-License-Identifier: Apache-2.0
#include "engine/virtual_clock.hpp"
#include "support/simulator.hpp"
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
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
      over_at_.reset();
      ended_ = true;
    }
    return slept;
  }

  [[nodiscard]] bool outage_ended() const { return ended_; }

 private:
  const Simulator& simulator_;
  test::VirtualClock inner_{};
  std::mutex mutex_{};
  std::optional<std::chrono::milliseconds> over_at_{};  // guarded by mutex_
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

  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> down_at{0};
  std::atomic<int> failed{0};
  const auto fetch_all = [&] {
    for (std::size_t at = next++; at < records.size(); at = next++) {
      if (at == 40) {
        clock->begin_outage();
        down_at = at;
      }
      const ByteSink nowhere = [](ByteView) -> Status { return {}; };
      const auto fetched = guarded.top().fetch(records[at], records[at].containers[0], nowhere, {});
      // What the source itself calls a placeholder is no failure of the outage.
      if (!fetched && disposition_of(fetched.error()) == Disposition::wait_and_retry) ++failed;
    }
  };
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < k_callers; ++caller) callers.emplace_back(fetch_all);
  }
  (*source)->close();

  EXPECT_EQ(down_at, 40U);
  EXPECT_TRUE(clock->outage_ended());
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(simulator->stat("sessions_open"), 0);
  EXPECT_LE(simulator->stat("sessions_opened"), 2 * k_callers)
      << "one a caller before the outage and one after it";
}

}  // namespace
}  // namespace fmferry
