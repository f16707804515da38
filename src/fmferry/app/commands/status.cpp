// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/running_note.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/app/summary.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace fmferry {

void declare_status(CLI::App& app, Shell& shell) {
  CLI::App* command = app.add_subcommand("status", "what the ledger knows, by fate");
  command->add_flag("--json", shell.json, "one JSON object");
  command->callback([&shell] {
    shell.action = [&shell] {
      ExitCode code = ExitCode::success;
      const auto config = configured(shell, code);
      if (!config || !has_ledger(*config, code)) return code;
      auto session = Session::open(*config, {.ledger = true}, shell.context);
      if (!session) return complain(session.error());
      const auto counts = (*session)->ledger().counts();
      if (!counts) return complain(counts.error());
      const std::string running = running_text(config->ledger()).value_or("");
      if (shell.json) {
        std::printf("%s\n", summary_json(*counts, running).c_str());
        return ExitCode::success;
      }
      std::printf("%s", summary_text(*counts).c_str());
      if (!running.empty()) std::printf("a run is under way: %s\n", running.c_str());
      return ExitCode::success;
    };
  });
  command->footer("It asks neither source nor store, and works while a run is under way.");
}

}  // namespace fmferry
