// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"
#include <fmferry/foundation/file.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

namespace fmferry::test {
namespace {

using LedgerCrash = LedgerTest;

constexpr RecordId k_records = 3000;

// In a child: moves record after record and reports each once the ledger has it.
[[noreturn]] void write_until_killed(const std::filesystem::path& file, int pipe, RecordId first) {
  auto ledger = SqliteLedger::open(file, std::make_shared<SystemClock>());
  if (!ledger) ::_exit(3);
  for (RecordId id = first; id <= k_records; ++id) {
    const auto update = moved(id, "k" + std::to_string(id));
    if (!(*ledger)->record(std::span(&update, 1))) ::_exit(4);
    if (!write_all(pipe, ByteView(reinterpret_cast<const char*>(&id), sizeof id))) ::_exit(5);
  }
  ::_exit(0);
}

// The last record that a killed child reported; `before` when it reported none.
RecordId run_and_kill(const std::filesystem::path& file, RecordId before, unsigned microseconds) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(file, ends[1], before + 1);
  }
  ::close(ends[1]);
  const FileHandle reports(ends[0]);
  RecordId last = before;
  EXPECT_GT(::read(reports.get(), &last, sizeof last), 0) << "the child could not even begin";
  ::usleep(microseconds);
  ::kill(child, SIGKILL);
  while (::read(reports.get(), &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
  return last;
}

TEST_F(LedgerCrash, WhatWasReportedSurvivesKill) {
  std::vector<SeenRecord> records;
  for (RecordId id = 1; id <= k_records; ++id) records.push_back(seen(id, std::to_string(id)));
  walk(records);
  ledger_.reset();
  std::minstd_rand random(11);
  RecordId reported = 0;
  for (int kill = 0; kill < 20; ++kill) {
    reported = run_and_kill(file_, reported, static_cast<unsigned>(random() % 20'000));
    EXPECT_EQ(finding(), "");
    open();
    const auto rows = ledger_->rows(0, static_cast<int>(k_records));
    ASSERT_TRUE(rows);
    RecordId there = 0;
    for (const auto& row : *rows) {
      if (row.fate != Fate::moved) break;
      there = row.seen.record_id;
      ASSERT_EQ(row.stored->key, "k" + std::to_string(there));
    }
    ASSERT_GE(there, reported) << "a reported record is missing";
    ASSERT_LE(there, reported + 1);
    reported = there;
    ledger_.reset();
  }
}

// A limit on the size of files stands for a full disk: writes beyond it fail.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int){nullptr};
};

TEST_F(LedgerCrash, AFullDiskIsACleanErrorAndDamagesNothing) {
  std::vector<SeenRecord> records;
  for (RecordId id = 1; id <= 5000; ++id) records.push_back(seen(id, std::to_string(id)));
  walk(records);
  RecordId done = 0;
  Status failed;
  {
    const FileSizeLimit limit(std::filesystem::file_size(file_.string() + "-wal") + 20'000);
    for (RecordId id = 1; id <= 5000 && failed; ++id) {
      failed = record(moved(id, std::string(300, 'k')));
      if (failed) done = id;
    }
    ASSERT_FALSE(failed) << "the limit was never met";
    EXPECT_EQ(failed.error().kind, ErrorKind::internal);
    EXPECT_NE(failed.error().what, "");
    EXPECT_FALSE(record(moved(4999))) << "it stays full";
  }
  EXPECT_EQ(ledger_->counts()->fates.at(Fate::moved), done);
  record_ok(moved(5000));
  reopen();
  EXPECT_EQ(ledger_->counts()->fates.at(Fate::moved), done + 1);
  EXPECT_EQ(finding(), "");
}

}  // namespace
}  // namespace fmferry::test
