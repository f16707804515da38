// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/commands/job_run.hpp>
#include <fmferry/core/reasons.hpp>

#include <CLI/CLI.hpp>

#include <memory>

namespace fmferry {
namespace {

ExitCode perform(const Shell& shell, const RunOptions& options, const JobRun& run) {
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  return config ? run_job(shell, std::move(*config), options, run) : code;
}

void declare(CLI::App& app, Shell& shell, const std::string& purpose, const JobRun& run) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(run.command, purpose);
  declare_run_options(*command, shell, *options, !run.requeue);
  if (run.requeue) {
    const std::vector<std::string> reasons(k_reasons.begin(), k_reasons.end());
    command->add_option("--reason", options->reason, "only those with this reason [quarantined]")
        ->check(CLI::Validator(CLI::IsMember(reasons)).description("CODE"));
  }
  const auto pushed = std::make_shared<bool>(false);
  if (run.goal == Goal::everything) {
    declare_via(
        *command, *options, "script: FileMaker itself uploads and writes; see fmferry script");
  } else if (!is_for_moved(run.goal)) {
    declare_via(*command, *options, "script: hundreds of records in one call; see fmferry script");
  }
  if (run.goal == Goal::mark) {
    command->add_flag("--push-marks", *pushed, "from the ledger to the server; no inventory");
  }
  if (run.goal == Goal::push_stamps) {
    command->add_flag("--from-ledger", *pushed, "of records that have none yet")->required();
  }
  command->callback([&shell, options, pushed, run] {
    shell.action = [&shell, options, pushed, run] {
      JobRun chosen = run;
      if (*pushed && run.goal == Goal::mark) {
        chosen = {.command = "mark --push-marks", .goal = Goal::push_marks};
      }
      return perform(shell, *options, chosen);
    };
  });
}

}  // namespace

void declare_phases(CLI::App& app, Shell& shell) {
  declare(app,
          shell,
          "everything: inventory, export, verify, mark, stamp, link",
          {.command = "run", .goal = Goal::everything});
  declare(app,
          shell,
          "write each record's best container to its mark field",
          {.command = "mark", .goal = Goal::mark});
  declare(app,
          shell,
          "stamp at the server what was moved from a closed file",
          {.command = "stamp", .goal = Goal::push_stamps});
  declare_export(app, shell);
  declare_link(app, shell);
  declare_relink(app, shell);
  declare(app,
          shell,
          "make the thumbnails that are missing, from the store",
          {.command = "thumbs", .goal = Goal::thumbnails});
  declare(app,
          shell,
          "take up quarantined records again",
          {.command = "retry", .goal = Goal::everything, .requeue = true});
}

}  // namespace fmferry
