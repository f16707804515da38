// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/duplicates.hpp>
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

ExitCode report_duplicates(const Shell& shell, Ledger& ledger) {
  const auto groups = find_duplicates(ledger);
  if (!groups) return complain(groups.error());
  if (shell.json) {
    std::printf("%s\n", duplicates_json(*groups).c_str());
  } else {
    std::printf("%s", duplicates_text(*groups).c_str());
  }
  return ExitCode::success;
}

ExitCode write_reports(Ledger& ledger, const Config& config) {
  if (Status written = write_manifest(ledger, config.folder); !written) {
    return complain(written.error());
  }
  std::printf(
      "%s\n%s\n", (config.folder / "manifest.csv").c_str(), (config.folder / "SHA256SUMS").c_str());
  return ExitCode::success;
}

}  // namespace

void declare_report(CLI::App& app, Shell& shell) {
  const auto duplicates = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("report", "write manifest.csv and SHA256SUMS from the ledger anew");
  CLI::Option* wanted = command->add_flag(
      "--duplicates", *duplicates, "instead, list moved records whose bytes are the same");
  command->add_flag("--json", shell.json, "with --duplicates: one JSON object")->needs(wanted);
  command->callback([&shell, duplicates] {
    shell.action = [&shell, duplicates] {
      ExitCode code = ExitCode::success;
      const auto config = configured(shell, code);
      if (!config || !has_ledger(*config, code)) return code;
      auto session = Session::open(*config, {.ledger = true}, shell.context);
      if (!session) return complain(session.error());
      Ledger& ledger = (*session)->ledger();
      return *duplicates ? report_duplicates(shell, ledger) : write_reports(ledger, *config);
    };
  });
}

}  // namespace fmferry
