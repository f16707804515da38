// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/engine/verify.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>

namespace fmferry {
namespace {

void print_report(const VerifyReport& report, bool json) {
  if (json) {
    boost::json::object findings;
    for (const auto& [kind, number] : report.findings) findings[kind] = number;
    boost::json::object object;
    object["ok"] = report.findings.empty();
    object["checked"] = report.checked;
    object["hashed"] = report.hashed;
    object["rows"] = report.rows;
    object["source_count"] = report.source_count;
    object["ledger_count"] = report.ledger_count;
    object["findings"] = std::move(findings);
    std::printf("%s\n", boost::json::serialize(object).c_str());
    return;
  }
  std::printf("%s objects checked, %s of them by SHA-256; %s catalogue rows compared\n",
              with_commas(report.checked).c_str(),
              with_commas(report.hashed).c_str(),
              with_commas(report.rows).c_str());
  for (const auto& [kind, number] : report.findings) {
    std::printf("%12s  %s\n", with_commas(number).c_str(), kind.c_str());
  }
  std::puts(report.findings.empty() ? "OK" : "FAILURE");
}

ExitCode run_verify(const Shell& shell, const VerifyOptions& options) {
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  auto session = Session::open(*config,
                               {.source = true,
                                .source_answers = options.ask_source,
                                .store = true,
                                .catalogue = true,
                                .ledger = true},
                               shell.context);
  if (!session) return complain(session.error());
  const FindingSink tell = [&shell](RecordId record_id, std::string_view kind) {
    if (!shell.json) {
      std::printf("! record %lld: %.*s\n",
                  static_cast<long long>(record_id),
                  static_cast<int>(kind.size()),
                  kind.data());
    }
  };
  Result<VerifyReport> report = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    report = verify((*session)->job(), options, tell, shell.context);
  }
  if (!report) return complain(report.error());
  print_report(*report, shell.json);
  return report->findings.empty() ? ExitCode::success : ExitCode::failure;
}

}  // namespace

void declare_verify(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command =
      app.add_subcommand("verify", "compare ledger, store, catalogue and the source's count");
  command->add_flag("--deep", options->deep, "read every object again and compare its SHA-256");
  command->add_flag_callback(
      "--offline",
      [options] { options->ask_source = false; },
      "do not ask the source for its count");
  command->add_flag("--json", shell.json, "results as one JSON object");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_verify(shell, *options); };
  });
  command->footer(
      "It changes nothing. Exit status: 0 all is as the ledger says, 1 something is not.");
}

}  // namespace fmferry
