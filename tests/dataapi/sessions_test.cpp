// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/dataapi/sessions.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace fmferry::dataapi {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

class HandClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return now_.load(); }

  std::chrono::system_clock::time_point wall() override { return {}; }

  bool sleep_for(std::chrono::milliseconds span, const std::stop_token&) override {
    advance(span);
    return true;
  }

  void advance(std::chrono::milliseconds span) { now_.store(now_.load() + span); }

 private:
  std::atomic<std::chrono::steady_clock::time_point> now_{};
};

// A server that remembers which sessions are open.
struct FakeServer {
  std::mutex mutex{};
  std::set<std::string> open{};
  int logins{0};
  int concurrent{0};
  int most_concurrent{0};
  std::optional<Error> refusal{};
  bool is_down{false};
  int logouts_tried{0};

  Result<std::string> log_in() {
    {
      const std::scoped_lock lock(mutex);
      ++logins;
      most_concurrent = std::max(most_concurrent, ++concurrent);
    }
    std::this_thread::sleep_for(2ms);
    const std::scoped_lock lock(mutex);
    --concurrent;
    if (refusal) return fail(*refusal);
    const std::string token = "t" + std::to_string(logins);
    open.insert(token);
    return token;
  }

  bool log_out(const std::string& token) {
    const std::scoped_lock lock(mutex);
    ++logouts_tried;
    if (is_down) return false;
    open.erase(token);
    return true;
  }
};

class Sessions : public testing::Test {
 protected:
  std::unique_ptr<SessionPool> pool(int max_sessions) {
    return std::make_unique<SessionPool>(
        SessionOptions{.max_sessions = max_sessions, .close_wait = 100ms},
        [this](const CallContext&) { return server_.log_in(); },
        [this](const std::string& token) { return server_.log_out(token); },
        clock_);
  }

  FakeServer server_{};
  std::shared_ptr<HandClock> clock_{std::make_shared<HandClock>()};
};

TEST_F(Sessions, AreReused) {
  const auto sessions = pool(4);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(sessions->lease({}));
  EXPECT_EQ(server_.logins, 1);
}

TEST_F(Sessions, AreNeverMoreThanAllowed) {
  const auto sessions = pool(2);
  std::atomic<int> held{0};
  std::atomic<int> most{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto lease = sessions->lease({});
          ASSERT_TRUE(lease);
          const int now = ++held;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          std::this_thread::yield();
          --held;
        }
      });
    }
  }
  EXPECT_LE(most, 2);
  EXPECT_LE(server_.logins, 2);
}

TEST_F(Sessions, WaitForAFreeOneEndsWithTheStop) {
  const auto sessions = pool(1);
  const auto held = sessions->lease({});
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  EXPECT_EQ(sessions->lease({.stop = stop.get_token()}).error().kind, ErrorKind::cancelled);
}

TEST_F(Sessions, WaitForAFreeOneEndsWithTheDeadline) {
  const auto sessions = pool(1);
  const auto held = sessions->lease({});
  const CallContext context{.deadline = std::chrono::steady_clock::now() + 20ms};
  EXPECT_EQ(sessions->lease(context).error().kind, ErrorKind::timeout);
}

TEST_F(Sessions, AreEndedWhenTheyLayIdleTooLong) {
  const auto sessions = pool(4);
  ASSERT_TRUE(sessions->lease({}));
  clock_->advance(15min);
  ASSERT_TRUE(sessions->lease({}));
  EXPECT_EQ(server_.logins, 2);
  EXPECT_THAT(server_.open, testing::ElementsAre("t2"));
}

TEST_F(Sessions, ThatDiedAreReplacedInTheirPlace) {
  const auto sessions = pool(1);
  auto lease = sessions->lease({});
  const auto old = lease->number();
  const auto fresh = sessions->replace(std::move(*lease), {});
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->token(), "t2");
  EXPECT_NE(fresh->number(), old);
  EXPECT_FALSE(sessions->borrow(old));
  EXPECT_TRUE(sessions->borrow(fresh->number()));
}

TEST_F(Sessions, AreNotAskedForAgainOnceTheAccountWasRefused) {
  server_.refusal = filemaker::error_of(212);
  const auto sessions = pool(4);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 3; ++i) {
          EXPECT_EQ(sessions->lease({}).error().kind, ErrorKind::denied);
        }
      });
    }
  }
  EXPECT_EQ(server_.logins, 1);
}

TEST_F(Sessions, AreAskedForAgainAfterAnOutage) {
  server_.refusal = Error{.kind = ErrorKind::unavailable, .what = "502", .origin_code = 502};
  const auto sessions = pool(1);
  EXPECT_EQ(sessions->lease({}).error().kind, ErrorKind::unavailable);
  server_.refusal.reset();
  EXPECT_TRUE(sessions->lease({}));
}

TEST_F(Sessions, AreMadeOneAtATime) {
  const auto sessions = pool(4);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        const auto lease = sessions->lease({});
        std::this_thread::sleep_for(30ms);
      });
    }
  }
  EXPECT_EQ(server_.most_concurrent, 1);
}

TEST_F(Sessions, AreAllEndedByCloseAlsoThoseInUse) {
  const auto sessions = pool(2);
  const auto held = sessions->lease({});
  { const auto other = sessions->lease({}); }
  sessions->close();
  EXPECT_THAT(server_.open, IsEmpty());
  EXPECT_EQ(sessions->lease({}).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(server_.logins, 2);
}

TEST_F(Sessions, AreNotMournedWhenTheServerIsDown) {
  const auto sessions = pool(3);
  {
    const auto a = sessions->lease({});
    const auto b = sessions->lease({});
    const auto c = sessions->lease({});
  }
  server_.is_down = true;
  sessions->close();
  EXPECT_EQ(server_.logouts_tried, 1);
}

TEST_F(Sessions, MadeWhileCloseWaitsAreEndedToo) {
  const auto sessions = pool(1);
  std::jthread caller([&] { static_cast<void>(sessions->lease({})); });
  sessions->close();
  caller.join();
  EXPECT_THAT(server_.open, IsEmpty());
}

}  // namespace
}  // namespace fmferry::dataapi
