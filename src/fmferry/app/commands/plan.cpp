// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/allowance.hpp>
#include <fmferry/app/plan_report.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/engine/known_length.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

constexpr std::int64_t k_most_sampled = 10'000;

struct PlanOptions {
  std::optional<std::int64_t> sample{};
  std::string allowance{};
};

// A closed file tells all lengths, and is no server whose speed would have to be found out.
ForecastOptions forecast_options(const PlanOptions& options, const Session& session) {
  ForecastOptions wanted;
  if (session.file().source != nullptr) wanted.sample_for_speed = 0;
  if (options.sample) wanted.sample = wanted.sample_for_speed = *options.sample;
  return wanted;
}

ListedLengths::Teller teller_for(const Session& session, const JobSettings& settings) {
  if (session.file().source == nullptr) {
    return [&settings](const Record& record, const Container& container) {
      return length_said(record, container.field, settings);
    };
  }
  return [&file = *session.file().source](const Record&, const Container& container) {
    return file.length_of(container);
  };
}

std::string way_in_words(const Session& session) {
  if (session.file().source != nullptr) return "way in: a closed file, as [source] kind says";
  const std::string choice = session.choice_of_doors();
  if (!choice.empty()) return choice;
  return "way in: " + std::string(session.way_in()) + ", as [source] kind says";
}

// Of the host that files come from.
std::string pace_of(const Progress& progress, const Session& session) {
  const auto paces = progress.paces();
  for (const auto& host : {std::string(session.way_in()), std::string("source")}) {
    if (const auto found = paces.find(host); found != paces.end()) return found->second.text;
  }
  return {};
}

ExitCode plan(const Shell& shell, Config config, const PlanOptions& options) {
  if (Status taken = take_allowance(options.allowance, config); !taken) {
    return complain(taken.error(), ExitCode::usage);
  }
  const auto scratch = ScratchLedger::make(config.ledger());
  if (!scratch) return complain(scratch.error());
  config.ledger_file = (*scratch)->file();
  auto session = Session::open(
      config,
      {.source = true, .source_answers = true, .store = true, .ledger = true, .write_ledger = true},
      shell.context);
  if (!session) return complain(session.error());
  if (Status bound = (*session)->bind(); !bound) return complain(bound.error(), ExitCode::usage);
  const Job job = (*session)->job();
  const auto found = [&] {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    return forecast(job,
                    teller_for(**session, job.settings),
                    forecast_options(options, **session),
                    shell.context);
  }();
  if (!found) return complain(found.error());
  const PlanReport report{.forecast = *found,
                          .way_in = way_in_words(**session),
                          .pace = pace_of((*session)->progress(), **session),
                          .metered = (*session)->bytes_counted().has_value(),
                          .has_backup = config.source.has_backup(),
                          .allowance = config.source.allowance,
                          .counted_before = (*session)->bytes_counted_before()};
  if (shell.json) {
    std::printf("%s\n", plan_json(report).c_str());
  } else {
    std::printf("%s", plan_text(report).c_str());
  }
  return ExitCode::success;
}

}  // namespace

void declare_plan(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = app.add_subcommand("plan", "what a run would do, how much and how long");
  command
      ->add_option("--sample",
                   options->sample,
                   "fetch at most N files to find out [60; 20 where lengths are told]")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, k_most_sampled));
  command->add_option("--allowance", options->allowance, "how much the licence lets out a year");
  command->add_flag("--json", shell.json, "one JSON object");
  command->callback([&shell, options] {
    shell.action = [&shell, options] {
      ExitCode code = ExitCode::success;
      auto config = configured(shell, code);
      return config ? plan(shell, std::move(*config), *options) : code;
    };
  });
  command->footer(
      "It lists the whole source and fetches a sample, at the pace of a run. Nothing is written:\n"
      "not to the source, not to the store, not to the ledger.\n"
      "Exit status: 0 done, 1 error, 2 usage or configuration, 5 source kept failing,\n"
      "7 credentials, schema or rights, 8 the licence's data limit is used up, 130 interrupted.");
}

}  // namespace fmferry
