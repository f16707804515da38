// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/sqlite/ledger.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>

namespace fmferry {
namespace {

ExitCode run_check(const Shell& shell) {
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  const auto check = check_ledger(config->ledger());
  if (!check) return complain(check.error());
  if (shell.json) {
    boost::json::object object;
    object["ok"] = check->finding.empty();
    object["events"] = check->events;
    object["records"] = check->records;
    object["finding"] = check->finding;
    std::printf("%s\n", boost::json::serialize(object).c_str());
  } else if (check->finding.empty()) {
    std::printf("OK: %s events in an unbroken chain, %s records as the events say\n",
                with_commas(check->events).c_str(),
                with_commas(check->records).c_str());
  } else {
    std::printf("FAILURE: %s\n", check->finding.c_str());
  }
  return check->finding.empty() ? ExitCode::success : ExitCode::failure;
}

}  // namespace

void declare_ledger(CLI::App& app, Shell& shell) {
  CLI::App* ledger = app.add_subcommand("ledger", "look at the ledger itself");
  ledger->require_subcommand(1);
  CLI::App* check = ledger->add_subcommand("check", "prove the hash chain and the rows against it");
  check->add_flag("--json", shell.json, "one JSON object");
  check->callback([&shell] { shell.action = [&shell] { return run_check(shell); }; });
}

}  // namespace fmferry
