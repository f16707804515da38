// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/same_source.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/app/terminal.hpp>
#include <fmferry/engine/unstamp.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>

namespace fmferry {
namespace {

namespace json = boost::json;

struct UnstampWishes {
  bool failed{false};
  bool all{false};
  bool yes{false};
  bool dry_run{false};
};

std::int64_t failures_among(const std::vector<UnstampTarget>& targets) {
  return std::ranges::count_if(targets, [](const auto& one) { return one.failure.has_value(); });
}

void print_targets(const std::vector<UnstampTarget>& targets) {
  for (const auto& target : targets) {
    const std::string_view why = target.failure ? target.failure->name : "stamped";
    std::printf("record %lld  %.*s\n",
                static_cast<long long>(target.record_id),
                static_cast<int>(why.size()),
                why.data());
  }
}

void print_rehearsal(const std::vector<UnstampTarget>& targets, bool as_json) {
  const auto records = static_cast<std::int64_t>(targets.size());
  if (as_json) {
    const json::object object{
        {"dry_run", true}, {"would_unstamp", records}, {"would_take_up", failures_among(targets)}};
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  print_targets(targets);
  std::printf("dry run: nothing was written\n%12s  records to unstamp\n%12s  of them to take up\n",
              with_commas(records).c_str(),
              with_commas(failures_among(targets)).c_str());
}

void print_report(const UnstampReport& report, std::size_t targets, bool as_json) {
  if (as_json) {
    const json::object object{{"records", targets},
                              {"emptied", report.emptied},
                              {"pending", report.pending},
                              {"left", report.left}};
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  std::printf(
      "%12s  stamps emptied\n%12s  records that the next run takes up again\n"
      "%12s  left as they are: locked, edited just now, or gone\n",
      with_commas(report.emptied).c_str(),
      with_commas(report.pending).c_str(),
      with_commas(report.left).c_str());
}

ExitCode write_down(const Shell& shell,
                    const Config& config,
                    Session& session,
                    const std::vector<UnstampTarget>& targets) {
  Ledger& ledger = session.ledger();
  if (Status noted = ledger.note_run("begins: unstamp"); !noted) return complain(noted.error());
  Result<UnstampReport> report = fail(ErrorKind::internal, "");
  {
    const ProgressLine line(session.progress(), shell.quiet || shell.json);
    report = unstamp(session.job(), targets, shell.context);
  }
  const std::string end = report ? "done" : std::string(name_of(report.error().kind));
  if (Status noted = ledger.note_run("ends: " + end); !noted) return complain(noted.error());
  if (!report) return complain(report.error());
  if (Status written = write_manifest(ledger, config.folder); !written) {
    return complain(written.error());
  }
  print_report(*report, targets.size(), shell.json);
  return report->left > 0 ? ExitCode::attention : ExitCode::success;
}

ExitCode run_unstamp(const Shell& shell, const UnstampWishes& wishes) {
  const auto usage = [](const char* what) {
    return complain({.kind = ErrorKind::invalid, .what = what}, ExitCode::usage);
  };
  if (wishes.failed == wishes.all) return usage("unstamp takes --failed or --all");
  if (!wishes.dry_run && !wishes.yes && !can_ask()) {
    return usage("unstamp writes to the source: say --yes, as nobody can be asked");
  }
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  auto session = Session::open(*config,
                               {.source = true,
                                .source_answers = true,
                                .server = !config->source.is_file(),
                                .store = true,
                                .ledger = true,
                                .write_ledger = !wishes.dry_run},
                               shell.context);
  if (!session) return complain(session.error());
  const Job job = (*session)->job();
  Status same = wishes.dry_run ? check_same_source(job) : (*session)->bind();
  if (!same) return complain(same.error(), ExitCode::usage);
  Result<std::vector<UnstampTarget>> targets = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    targets = find_unstamp_targets(job, wishes.all, shell.context);
  }
  if (!targets) return complain(targets.error());
  if (wishes.dry_run) {
    print_rehearsal(*targets, shell.json);
    return ExitCode::success;
  }
  if (!targets->empty() && !wishes.yes) {
    if (!shell.json) print_targets(*targets);
    std::fflush(stdout);
    const std::string many = with_commas(static_cast<std::int64_t>(targets->size()));
    if (!confirm("Empty the stamps of " + many + " records at the source?")) {
      std::fputs("fmferry: nothing was written\n", stderr);
      return ExitCode::interrupted;
    }
  }
  return write_down(shell, *config, **session, *targets);
}

}  // namespace

void declare_unstamp(CLI::App& app, Shell& shell) {
  auto wishes = std::make_shared<UnstampWishes>();
  CLI::App* command = app.add_subcommand(
      "unstamp", "take stamps back, so that the next run takes their records up again");
  command->add_flag("--failed", wishes->failed, "of records whose object fails verification");
  command->add_flag("--all", wishes->all, "of all records that are stamped");
  command->add_flag("--yes", wishes->yes, "do not ask");
  command->add_flag("--dry-run", wishes->dry_run, "say what would be done; write nothing");
  command->add_flag("--json", shell.json, "results as one JSON object");
  command->callback([&shell, wishes] {
    shell.action = [&shell, wishes] { return run_unstamp(shell, *wishes); };
  });
  command->footer(
      "Every object is read and hashed first. Records whose object fails, or that were edited\n"
      "since they were moved, become pending; the others are stamped again by the next run.\n"
      "Exit status: 0 done, 2 usage, 3 some were left, 130 you said no.");
}

}  // namespace fmferry
