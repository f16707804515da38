// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace fmferry {

void declare_report(CLI::App& app, Shell& shell) {
  CLI::App* command =
      app.add_subcommand("report", "write manifest.csv and SHA256SUMS from the ledger anew");
  command->callback([&shell] {
    shell.action = [&shell] {
      ExitCode code = ExitCode::success;
      const auto config = configured(shell, code);
      if (!config || !has_ledger(*config, code)) return code;
      auto session = Session::open(*config, {.ledger = true}, shell.context);
      if (!session) return complain(session.error());
      if (Status written = write_manifest((*session)->ledger(), config->folder); !written) {
        return complain(written.error());
      }
      std::printf("%s\n%s\n",
                  (config->folder / "manifest.csv").c_str(),
                  (config->folder / "SHA256SUMS").c_str());
      return ExitCode::success;
    };
  });
}

}  // namespace fmferry
