// SPDX-License-Identifier: Apache-2.0
#include "virtual_clock.hpp"
#include <fmferry/engine/gate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace fmferry::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

const Error k_down{.kind = ErrorKind::unavailable, .what = "502"};

class GateTest : public testing::Test {
 protected:
  Gate& gate(PaceSettings settings = {}) {
    gate_ = std::make_unique<Gate>(std::move(settings), clock_, nullptr);
    return *gate_;
  }

  Gate::Pass enter() {
    const auto pass = gate_->enter(stop_.get_token());
    EXPECT_TRUE(pass) << to_line(pass.error());
    return pass.value_or(Gate::Pass{});
  }

  void call(const Error* error) { gate_->leave(enter(), error); }

  void open_it() {
    for (int i = 0; i < 3; ++i) call(&k_down);
  }

  VirtualClock clock_;
  std::stop_source stop_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, NeverLetsMoreThroughThanItsWidth) {
  gate({.width = {.most = 4, .start = 4}});
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          const auto pass = enter();
          const int now = ++inside;
          int seen = most;
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          std::this_thread::yield();
          --inside;
          gate_->leave(pass, nullptr);
        }
      });
    }
  }
  EXPECT_LE(most, 4);
  EXPECT_GE(most, 2) << "or this test shows nothing";
}

TEST_F(GateTest, ARecordsOwnFaultIsNoSignOfOverload) {
  gate({.width = {.most = 8, .start = 8}});
  const Error own{.kind = ErrorKind::corrupt};
  for (int i = 0; i < 20; ++i) call(&own);
  EXPECT_EQ(gate_->width(), 8);
  EXPECT_EQ(clock_.sleeps(), 0);
}

TEST_F(GateTest, OpensAfterThreeSignsInARow) {
  gate();
  call(&k_down);
  call(&k_down);
  call(nullptr);
  call(&k_down);
  call(&k_down);
  EXPECT_THAT(gate_->state(), Not(HasSubstr("next try")));
  call(&k_down);
  EXPECT_THAT(gate_->state(), HasSubstr("next try"));
  const int before = clock_.sleeps();
  call(nullptr);
  EXPECT_EQ(clock_.sleeps(), before + 1) << "the probe waited";
  EXPECT_EQ(gate_->width(), 1) << "and closed the breaker at width 1";
  call(nullptr);
  EXPECT_EQ(clock_.sleeps(), before + 1);
}

TEST_F(GateTest, WaitsALittleAfterEachSignBeforeItOpens) {
  gate();
  call(&k_down);
  EXPECT_EQ(clock_.sleeps(), 0);
  call(nullptr);
  EXPECT_EQ(clock_.sleeps(), 1);
  EXPECT_LE(clock_.elapsed(), seconds(1));
}

// Four calls that were under way together when the host fell over met the same thing.
TEST_F(GateTest, CallsThatFailTogetherAreOneSign) {
  gate({.width = {.most = 8, .start = 8}});
  std::vector<Gate::Pass> together;
  for (int i = 0; i < 4; ++i) together.push_back(enter());
  clock_.sleep_for(seconds(1), {});
  for (const auto& pass : together) gate_->leave(pass, &k_down);
  EXPECT_THAT(gate_->state(), Not(HasSubstr("next try")));
  call(&k_down);
  call(&k_down);
  EXPECT_THAT(gate_->state(), HasSubstr("next try"));
}

TEST_F(GateTest, CallsTheSourceToRestWhenARestBegins) {
  int rests = 0;
  gate_ = std::make_unique<Gate>(PaceSettings{}, clock_, nullptr, [&] { ++rests; });
  const auto one = [&](const Error* error) {
    const auto read = gate_->enter(stop_.get_token(), Track::read);
    gate_->leave(*read, nullptr);
    const auto body = gate_->enter(stop_.get_token(), Track::body);
    gate_->leave(*body, error);
  };
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 57; ++i) one(nullptr);
    if (life == 2) break;
    for (int i = 0; i < 3; ++i) one(&k_down);
  }
  EXPECT_EQ(rests, 1) << "after two collapses it rests before the next";
}

TEST_F(GateTest, WaitsGrowUpToTheLongest) {
  gate({.breaker = {.first_wait = seconds(2), .longest_wait = seconds(60)}});
  open_it();
  milliseconds before = clock_.elapsed();
  for (int probe = 0; probe < 12; ++probe) {
    call(&k_down);
    const auto wait = clock_.elapsed() - before;
    before = clock_.elapsed();
    const auto bound = std::min<milliseconds>(seconds(2) * (1 << probe), seconds(60));
    EXPECT_LE(wait, bound);
    EXPECT_GE(wait, bound / 4);
  }
}

TEST_F(GateTest, GivesTheHostTheTimeItAsksFor) {
  gate();
  const Error busy{.kind = ErrorKind::throttled, .what = "429", .retry_after = seconds(120)};
  call(&busy);
  call(nullptr);
  EXPECT_GE(clock_.elapsed(), seconds(120));
}

TEST_F(GateTest, OneProbeAtATime) {
  gate({.breaker = {.patience = hours(1000)}, .width = {.most = 16, .start = 16}});
  open_it();
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        while (failures < 100) {
          const auto pass = enter();
          const int now = ++inside;
          int seen = most;
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          std::this_thread::yield();
          --inside;
          ++failures;
          gate_->leave(pass, failures < 100 ? &k_down : nullptr);
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
}

TEST_F(GateTest, PatienceEndsWithUnavailable) {
  gate({.host = "fm", .breaker = {.patience = hours(6)}});
  open_it();
  while (true) {
    const auto pass = gate_->enter(stop_.get_token());
    if (!pass) {
      EXPECT_EQ(pass.error().kind, ErrorKind::unavailable);
      EXPECT_THAT(pass.error().what, HasSubstr("fm kept failing (502)"));
      break;
    }
    gate_->leave(*pass, &k_down);
    ASSERT_LT(clock_.elapsed(), hours(7));
  }
  EXPECT_GE(clock_.elapsed(), hours(6));
}

TEST_F(GateTest, StragglersDoNotConfuseIt) {
  gate({.breaker = {.patience = hours(6)}, .width = {.most = 64, .start = 64}});
  const auto good = enter();
  const auto bad = enter();
  const auto good_in_time = enter();
  open_it();
  const int before = clock_.sleeps();
  gate_->leave(good, nullptr);
  call(&k_down);
  EXPECT_EQ(clock_.sleeps(), before + 1) << "a call from before the outage does not end it";
  const auto probe = enter();
  ASSERT_TRUE(probe.probe);
  gate_->leave(bad, &k_down);
  gate_->leave(good_in_time, nullptr);
  std::jthread second([this] { gate_->leave(enter(), nullptr); });
  EXPECT_EQ(clock_.sleeps(), before + 2) << "no second probe while the first is under way";
  gate_->leave(probe, nullptr);
  second.join();
  EXPECT_EQ(clock_.sleeps(), before + 2);
}

TEST_F(GateTest, StragglersDoNotRestartThePatience) {
  gate({.breaker = {.longest_wait = hours(1), .patience = hours(6)},
        .width = {.most = 64, .start = 64}});
  std::vector<Gate::Pass> stragglers;
  for (int i = 0; i < 16; ++i) stragglers.push_back(enter());
  open_it();
  while (true) {
    if (!stragglers.empty()) {
      gate_->leave(stragglers.back(), stragglers.size() % 2 == 0 ? nullptr : &k_down);
      stragglers.pop_back();
    }
    const auto pass = gate_->enter(stop_.get_token());
    if (!pass) break;
    gate_->leave(*pass, &k_down);
    ASSERT_LT(clock_.elapsed(), hours(8)) << "the patience began anew";
  }
}

TEST_F(GateTest, StopWakesEverybody) {
  gate({.width = {.most = 1}});
  const auto held = enter();
  std::atomic<int> cancelled{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        const auto pass = gate_->enter(stop_.get_token());
        if (!pass && pass.error().kind == ErrorKind::cancelled) ++cancelled;
      });
    }
    stop_.request_stop();
  }
  EXPECT_EQ(cancelled, 8);
  gate_->leave(held, nullptr);
}

TEST_F(GateTest, AStoppedProbeLeavesTheBreakerOpenForTheNextOne) {
  gate();
  open_it();
  const auto probe = enter();
  const Error stopped{.kind = ErrorKind::cancelled};
  gate_->leave(probe, &stopped);
  const auto next = enter();
  EXPECT_TRUE(next.probe);
  gate_->leave(next, nullptr);
}

}  // namespace
}  // namespace fmferry::test
