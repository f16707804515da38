// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/app/exit_code.hpp>

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace fmferry {

// What every command shares: the global options, and the stop that Ctrl-C asks for. A command
// declares its options and sets `action`; main runs it.
struct Shell {
  std::string config_file{};
  bool json{false};
  bool quiet{false};
  CallContext context{};
  std::function<ExitCode()> action{};
};

void declare_init(CLI::App& app, Shell& shell);
void declare_doctor(CLI::App& app, Shell& shell);
void declare_inspect(CLI::App& app, Shell& shell);
void declare_plan(CLI::App& app, Shell& shell);
void declare_phases(CLI::App& app, Shell& shell);  // run, mark, link, thumbs, retry
void declare_link(CLI::App& app, Shell& shell);
void declare_relink(CLI::App& app, Shell& shell);
void declare_export(CLI::App& app, Shell& shell);  // the one of them that also takes a file
void declare_unstamp(CLI::App& app, Shell& shell);
void declare_verify(CLI::App& app, Shell& shell);
void declare_status(CLI::App& app, Shell& shell);
void declare_list(CLI::App& app, Shell& shell);
void declare_presign(CLI::App& app, Shell& shell);
void declare_report(CLI::App& app, Shell& shell);
void declare_ledger(CLI::App& app, Shell& shell);
void declare_version(CLI::App& app, Shell& shell);

// "fmferry: where: what" on stderr, and the exit code that goes with it.
ExitCode complain(const Error& error);
ExitCode complain(const Error& error, ExitCode code);

// The configuration, or the complaint about it (exit code 2) made already.
std::optional<Config> configured(const Shell& shell, ExitCode& code);
// A complaint that there is no ledger to look at, made already.
bool has_ledger(const Config& config, ExitCode& code);

}  // namespace fmferry
