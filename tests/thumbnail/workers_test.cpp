// SPDX-License-Identifier: Apache-2.0
#include "pool_fixture.hpp"
#include <fmferry/core/fate.hpp>
#include <fmferry/foundation/file.hpp>

#include <gmock/gmock.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace fmferry::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Gone, and no zombie either: a zombie could still be waited for.
bool is_gone(pid_t process) {
  return ::waitpid(process, nullptr, WNOHANG) < 0 && ::kill(process, 0) < 0;
}

class Workers : public Pool {
 protected:
  const std::string photo_ = jpeg_of(quarters(400, 300));
};

TEST_F(Workers, AreUsedAgain) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
  EXPECT_EQ(pool_->started(), 1);
}

TEST_F(Workers, OneThatDiedIsReplacedAndThePictureLosesNothing) {
  const auto idle = pool_->idle();
  ASSERT_THAT(idle, SizeIs(1));
  ::kill(idle.front(), SIGKILL);
  EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
  EXPECT_EQ(pool_->started(), 2);
  EXPECT_TRUE(is_gone(idle.front()));
}

TEST_F(Workers, NoneIsLeftOver) {
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([this] { EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok"); });
  }
  callers.clear();
  const auto processes = pool_->idle();
  EXPECT_LE(processes.size(), 2U);
  pool_.reset();
  for (const pid_t process : processes) EXPECT_TRUE(is_gone(process));
}

TEST_F(Workers, OneThatTakesTooLongIsEnded) {
  open({.limit = std::chrono::milliseconds(1)});
  const auto idle = pool_->idle();
  EXPECT_EQ(outcome(jpeg_of(quarters(6000, 4000)), "image/jpeg"), reason::k_too_slow);
  EXPECT_TRUE(is_gone(idle.front()));
  EXPECT_THAT(pool_->idle(), IsEmpty());
}

TEST_F(Workers, ManyThreadsShareFew) {
  std::vector<std::jthread> callers;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([this] {
      for (int each = 0; each < 5; ++each) EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
    });
  }
  callers.clear();
  EXPECT_LE(pool_->started(), 2);
}

TEST_F(Workers, AStopEndsTheWait) {
  std::stop_source stop;
  stop.request_stop();
  const auto answer = pool_->make(photo_, "image/jpeg", {.stop = stop.get_token()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
}

TEST_F(Workers, MemoryIsLimited) {
  open({.memory = 24 << 20});
  // Sixty megapixels of an interlaced file would all be held; this one is shrunk as it comes.
  EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
  EXPECT_EQ(outcome(tiff_of(quarters(6000, 4000)), "image/tiff"), reason::k_too_large);
  EXPECT_EQ(outcome(photo_, "image/jpeg"), "ok");
}

// Programs that are none: they say what they like.
class Impostor : public testing::Test {
 protected:
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path script(const std::string& text) {
    std::filesystem::create_directories(folder_);
    const auto file = folder_ / "thumbnailer";
    EXPECT_TRUE(write_file(file, "#!/bin/sh\n" + text, 0700));
    return file;
  }

  // "ok" or the kind of the error.
  std::string started(const std::string& text) {
    const auto pool = ThumbnailPool::open({.program = script(text)}, {});
    return pool ? "ok" : std::string(name_of(pool.error().kind));
  }

  std::string asked(const std::string& text) {
    auto pool = ThumbnailPool::open(
        {.program = script(k_hello + text), .workers = 1, .limit = std::chrono::milliseconds(3000)},
        {});
    if (!pool) return to_line(pool.error());
    const auto answer = (*pool)->make("a picture", "image/jpeg", {});
    return answer ? std::string(answer->problem) : to_line(answer.error());
  }

  inline static const std::string k_hello =
      "printf 'FMTh\\001\\000\\000\\000\\001\\000\\000\\000\\001\\000\\000\\000'\n";
  inline static const std::string k_answer =
      "head -c 53 >/dev/null; printf 'FMTa\\001\\000\\000\\000";
  std::filesystem::path folder_{std::filesystem::temp_directory_path() /
                                ("fmferry-impostor-" + std::to_string(::getpid()))};
};

TEST_F(Impostor, DoesNotStart) {
  EXPECT_EQ(started("exit 0\n"), "invalid");
  EXPECT_EQ(started("echo hello, I am not the one\n"), "invalid");
  EXPECT_EQ(started("printf 'FMTh\\002\\000\\000\\000\\001\\000\\000\\000\\001\\000\\000\\000'\n"),
            "invalid");
}

TEST_F(Impostor, IsNoProgram) {
  const auto pool = ThumbnailPool::open({.program = "/nowhere/thumbnailer"}, {});
  ASSERT_FALSE(pool);
  EXPECT_EQ(pool.error().kind, ErrorKind::invalid);
}

TEST_F(Impostor, GarbageIsNoAnswer) {
  EXPECT_EQ(asked("yes garbage\n"), reason::k_worker_died);
  EXPECT_EQ(asked("exit 1\n"), reason::k_worker_died);
  // Larger than any thumbnail.
  EXPECT_EQ(asked(k_answer + "\\000\\000\\000\\000\\001\\000\\000\\000\\001\\000\\000\\000"
                             "\\377\\377\\377\\377\\377\\377\\377\\177'; sleep 9\n"),
            reason::k_worker_died);
  // To another request.
  EXPECT_EQ(
      asked("head -c 53 >/dev/null; printf 'FMTa\\007\\000\\000\\000\\001\\000\\000\\000"
            "\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000'\n"),
      reason::k_worker_died);
  // A "thumbnail" that is a program.
  EXPECT_EQ(asked(k_answer + "\\000\\000\\000\\000\\001\\000\\000\\000\\001\\000\\000\\000"
                             "\\004\\000\\000\\000\\000\\000\\000\\000\\177ELF'; sleep 9\n"),
            reason::k_worker_died);
}

TEST_F(Impostor, SilenceIsEnded) {
  EXPECT_EQ(asked("sleep 60\n"), reason::k_too_slow);
}

}  // namespace
}  // namespace fmferry::test
