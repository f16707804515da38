// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/file_report.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/app/text_table.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

constexpr std::int64_t k_megabyte = 1'000'000;

struct InspectOptions {
  std::string file{};
  bool fields{false};
  bool check{false};
  bool allow_unclean{false};
};

// A table that can't be read to its end doesn't hide the others.
Result<TableFindings> look_at(const fmp12::Database& database,
                              const fmp12::Table& table,
                              const CallContext& context) {
  const auto go_on = [&context](std::int64_t) -> Status {
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
    return {};
  };
  const auto survey = fmp12::survey(database, table, go_on);
  Status read = survey ? Status() : fail(survey.error());
  TableFindings findings = survey ? findings_of(table, *survey) : TableFindings{.table = &table};
  if (survey) read = add_types(database, *survey, context, findings);
  if (read) return findings;
  if (read.error().kind != ErrorKind::corrupt) return fail(std::move(read).error());
  findings.trouble = to_line(read.error());
  return findings;
}

Result<std::vector<TableFindings>> look_at_all(const fmp12::Database& database,
                                               const CallContext& context) {
  std::vector<TableFindings> tables;
  for (const auto& table : database.tables()) {
    FMF_TRY_ASSIGN(auto findings, look_at(database, table, context));
    tables.push_back(std::move(findings));
  }
  return tables;
}

Result<fmp12::CheckReport> check_it(const Shell& shell, const fmp12::Database& database) {
  Progress progress;
  progress.phase("check: MB");
  progress.total = database.facts().bytes / k_megabyte;
  const ProgressLine line(progress, shell.quiet || shell.json);
  return fmp12::check(database, [&](std::int64_t bytes) -> Status {
    progress.done = bytes / k_megabyte;
    if (shell.context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
    return {};
  });
}

ExitCode run_inspect(const Shell& shell, const InspectOptions& options) {
  if (std::error_code ignored; !std::filesystem::exists(options.file, ignored)) {
    return complain({.kind = ErrorKind::invalid, .what = "there is no file " + options.file},
                    ExitCode::usage);
  }
  const auto database =
      fmp12::Database::open(options.file, {.allow_unclean = options.allow_unclean});
  if (!database) return complain(database.error());
  const auto tables = look_at_all(**database, shell.context);
  if (!tables) return complain(tables.error());
  const FileReport report{.facts = (*database)->facts(), .tables = *tables};
  const bool colours = is_colourful();
  if (!shell.json) {
    std::printf("%s", report_text(report, colours).c_str());
    if (options.fields) std::printf("\n%s", fields_text(report, colours).c_str());
    std::fflush(stdout);
  }
  std::optional<fmp12::CheckReport> check;
  if (options.check) {
    auto checked = check_it(shell, **database);
    if (!checked) return complain(checked.error());
    check = std::move(*checked);
  }
  if (shell.json) {
    std::printf("%s\n", report_json(report, check ? &*check : nullptr).c_str());
  } else if (check) {
    std::printf("\n%s", check_text(*check, colours).c_str());
  } else {
    std::printf("\nnext: fmferry inspect %s --check\n      fmferry export %s --to ./out\n",
                options.file.c_str(),
                options.file.c_str());
  }
  const bool whole = std::ranges::all_of(*tables, &std::string::empty, &TableFindings::trouble);
  const bool sound = !check || check->flaw_count == 0;
  return whole && sound ? ExitCode::success : ExitCode::failure;
}

}  // namespace

void declare_inspect(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command =
      app.add_subcommand("inspect", "what a FileMaker file holds, without a server");
  command->add_option("FILE", options->file, "a closed .fmp12 or .fp7 file")->required();
  command->add_flag("--fields", options->fields, "all fields of all tables, too");
  command->add_flag("--check", options->check, "prove all that can be proven in it");
  command->add_flag(
      "--allow-unclean", options->allow_unclean, "also one that was copied while open");
  command->add_flag("--json", shell.json, "one JSON object");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_inspect(shell, *options); };
  });
  command->footer(
      "It changes nothing and shows names of tables and fields, never values.\n"
      "Exit status: 0 all of it can be read, 1 something is damaged, 2 no such file,\n"
      "7 not a FileMaker file that fmferry reads, or encrypted.");
}

}  // namespace fmferry
