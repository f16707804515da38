// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <functional>
#include <string>

namespace fmferry {

// What the user may say about one run; it wins over the configuration.
struct RunOptions {
  std::int64_t limit{0};
  int batch_size{0};
  int width{0};
  bool dry_run{false};
  std::string max_rate{};
  std::string bandwidth{};
  std::string patience{};
  std::string max_bytes{};
  std::string allowance{};
  std::string time_limit{};
  std::string reason{};  // which records `retry` takes up
  std::string via{};     // "script": by scripts inside FileMaker, see [source.script]
};

void declare_run_options(CLI::App& command, Shell& shell, RunOptions& options, bool may_rehearse);

void declare_via(CLI::App& command, RunOptions& options, const std::string& purpose);

struct JobRun {
  std::string command{};  // for the ledger's events
  Goal goal{Goal::everything};
  bool requeue{false};
};

struct JobExtras {
  FileSource file{};  // the configured file, opened and checked before
  // More work, when all records are done.
  std::function<Status(Session&, const CallContext&)> afterwards{};
  // Instead of the plain summary.
  std::function<void(const LedgerCounts&)> closing_words{};
};

// Works on the job that the configuration describes, or rehearses it; ends with the summary, the
// manifest, and the exit code that the records deserve. All complaints are made already.
ExitCode run_job(const Shell& shell,
                 Config config,
                 const RunOptions& options,
                 const JobRun& run,
                 JobExtras extras = {});

}  // namespace fmferry
