// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/allowance.hpp>
#include <fmferry/app/commands/job_run.hpp>
#include <fmferry/app/file_report.hpp>
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/running_note.hpp>
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/app/summary.hpp>
#include <fmferry/app/text_table.hpp>
#include <fmferry/app/time_limit.hpp>
#include <fmferry/engine/inventory.hpp>
#include <fmferry/foundation/log.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

// `span`: how long the run may take.
Status apply_options(const RunOptions& options,
                     Config& config,
                     std::optional<std::chrono::milliseconds>& span) {
  const auto usage = [](std::string what) { return fail(ErrorKind::invalid, std::move(what)); };
  config.job.limit = options.limit;
  if (options.batch_size > 0) {
    config.job.page_size = options.batch_size;
    config.job.link_batch = options.batch_size;
  }
  if (options.width > 0) config.job.width = options.width;
  if (!options.patience.empty()) {
    const auto patience = parse_duration(options.patience);
    if (!patience) return usage("--patience takes a duration such as 6h or 30m");
    config.pace.breaker.patience = *patience;
  }
  if (!options.max_rate.empty()) {
    const auto rate = parse_rate(options.max_rate);
    if (!rate) return usage("--max-rate takes calls a second such as 2 or 0.5");
    config.pace.max_rate = *rate;
  }
  if (!options.bandwidth.empty()) {
    const auto timetable = parse_timetable(options.bandwidth);
    if (!timetable) {
      return usage(
          "--bwlimit takes a rate such as 2MB, or a timetable such as \"08:00,500KB 19:00,off\"");
    }
    config.pace.bandwidth = *timetable;
  }
  if (!options.max_bytes.empty()) {
    const auto bytes = parse_size(options.max_bytes);
    if (!bytes) return usage("--max-bytes takes a size such as 20GB");
    config.job.max_bytes = *bytes;
  }
  FMF_TRY(take_allowance(options.allowance, config));
  if (!options.time_limit.empty()) {
    span = parse_duration(options.time_limit);
    if (!span) return usage("--time-limit takes a duration such as 8h");
  }
  return {};
}

bool moves(Goal goal) {
  return goal == Goal::move || goal == Goal::everything;
}

// What --via script needs; empty: all of it is there.
std::string missing_for_scripts(const Config& config, Goal goal) {
  if (config.source.is_file() && !is_push(goal)) {
    return "--via script needs a server: a file runs no scripts";
  }
  if (moves(goal) && !config.store.url.starts_with("s3://")) {
    return "--via script needs [store] url = \"s3://...\": a folder has no URLs to upload to";
  }
  if (moves(goal) && config.job.choice != ChoiceRule::first) {
    return "--via script takes the first good container: [record] choice = \"" +
           std::string(name_of(config.job.choice)) +
           "\" has to look at the bytes before they leave";
  }
  if (!moves(goal) && config.source.script.mark_and_stamp.empty()) {
    return "[source.script] mark_and_stamp is turned off";
  }
  return {};
}

Needs needs_of(Goal goal, bool dry_run) {
  return {.source = true,
          .source_answers = !is_for_moved(goal),
          .server = is_push(goal),
          .store = true,
          .store_takes = !dry_run && (moves(goal) || goal == Goal::thumbnails),
          .catalogue = goal == Goal::link || goal == Goal::everything,
          .catalogue_takes = !dry_run,
          .thumbnails = !dry_run && (moves(goal) || goal == Goal::thumbnails),
          .ledger = true,
          .write_ledger = true};
}

// What a file holds, and what of it can't come along; or which way into a server was chosen; before
// anything moves.
void tell_what_was_found(const Shell& shell, const Config& config, Session& session) {
  const std::string choice = session.choice_of_doors();
  if (!choice.empty() && !shell.json && !shell.quiet) {
    std::printf("%s\n", choice.c_str());
    std::fflush(stdout);
  } else if (!choice.empty()) {
    log(LogLevel::info, choice);
  }
  if (session.file().source == nullptr) return;
  const auto tables = findings_in(config, session.file());
  const FileReport report{.facts = session.file().database->facts(), .tables = tables};
  if (!shell.json && !shell.quiet) {
    std::printf("%s\n", found_text(report, is_colourful()).c_str());
    std::fflush(stdout);
    return;
  }
  for (const auto& line : warnings_about(report.facts, tables)) log(LogLevel::warning, line);
}

// An end that the time limit asked for is told as that.
ExitCode complain_within(const TimeLimit& limit, const Error& error) {
  if (error.kind != ErrorKind::cancelled || !limit.reached()) return complain(error);
  return complain({.kind = ErrorKind::cancelled,
                   .what = "the time limit is reached: the same command goes on from here"},
                  ExitCode::time_limit);
}

// A closed file has containers in use that none of its records names.
bool lacks_containers(const Session& session) {
  if (session.file().source == nullptr) return false;
  return std::ranges::any_of(session.file().source->surveys(),
                             [](const auto& table) { return table.second.lost_objects > 0; });
}

// The closing words, the manifest, and the exit code that the records deserve.
ExitCode close_run(const Shell& shell,
                   const Config& config,
                   Session& session,
                   const Status& status,
                   const TimeLimit& limit,
                   const JobExtras& extras) {
  const auto counts = session.ledger().counts();
  if (!counts) return complain(counts.error());
  if (Status written = write_manifest(session.ledger(), config.folder); !written) {
    return complain(written.error());
  }
  if (extras.closing_words) {
    extras.closing_words(*counts);
  } else if (shell.json) {
    std::printf("%s\n", summary_json(*counts).c_str());
  } else {
    std::printf("%s", summary_text(*counts).c_str());
  }
  std::fflush(stdout);
  if (!status) return complain_within(limit, status.error());
  if (!adds_up(*counts) && counts->source_count >= 0) {
    return complain({.kind = ErrorKind::conflict,
                     .what = "the fates do not add up to the source's count: run again"});
  }
  if (lacks_containers(session))
    return ExitCode::attention;  // the warning was the first thing said
  if (needs_attention(*counts)) {
    if (!shell.json) {
      const std::string which = shell.config_file.empty() ? "" : "-c " + shell.config_file + " ";
      std::printf("some records need a look: `fmferry %slist --attention` names them\n",
                  which.c_str());
    }
    return ExitCode::attention;
  }
  return ExitCode::success;
}

// What a push would write, from a copy of the ledger.
ExitCode rehearse_push(const Shell& shell, const Job& job, Goal goal) {
  if (Status cleared = job.ledger.clear_problems(); !cleared) return complain(cleared.error());
  const bool stamps = goal == Goal::push_stamps;
  std::int64_t due = 0;
  for (const Phase phase :
       stamps ? std::vector{Phase::stamp} : std::vector{Phase::mark, Phase::remark}) {
    const auto count = job.ledger.due_count(phase);
    if (!count) return complain(count.error());
    due += *count;
  }
  if (shell.json) {
    boost::json::object object;
    object["dry_run"] = true;
    object[stamps ? "would_stamp" : "would_mark"] = due;
    std::printf("%s\n", boost::json::serialize(object).c_str());
  } else {
    std::printf("dry run: nothing was written\n%12s  %s to write\n",
                with_commas(due).c_str(),
                stamps ? "stamps" : "marks");
  }
  return ExitCode::success;
}

// Takes the inventory into a copy of the ledger and says what would be done.
ExitCode rehearse(
    const Shell& shell, Config config, Goal goal, const TimeLimit& limit, FileSource file) {
  const CallContext context{.stop = limit.token()};
  const auto scratch = ScratchLedger::make(config.ledger());
  if (!scratch) return complain(scratch.error());
  config.ledger_file = (*scratch)->file();
  auto session = Session::open(config, needs_of(goal, true), context, std::move(file));
  if (!session) return complain_within(limit, session.error());
  if (Status bound = (*session)->bind(!is_push(goal)); !bound) {
    return complain(bound.error(), ExitCode::usage);
  }
  tell_what_was_found(shell, config, **session);
  const Job job = (*session)->job();
  if (is_push(goal)) return rehearse_push(shell, job, goal);
  if (!is_for_moved(goal)) {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    const auto walk = take_inventory(job, context);
    if (!walk) return complain_within(limit, walk.error());
  }
  const bool marks = job.source.capabilities().write_back && !job.settings.mark_field.empty();
  const auto mark = marks ? job.ledger.due_count(Phase::mark) : Result<std::int64_t>(0);
  const auto move = job.ledger.due_count(Phase::move);
  const auto link = job.ledger.due_count(Phase::link);
  const auto thumbnails =
      config.thumbnails.wanted ? job.ledger.due_count(Phase::thumbnail) : Result<std::int64_t>(0);
  const auto counts = job.ledger.counts();
  if (!mark || !move || !link || !thumbnails || !counts)
    return complain({.what = "the ledger could not be read"});
  if (shell.json) {
    boost::json::object object;
    object["dry_run"] = true;
    object["would_mark"] = *mark;
    object["would_move"] = *move;
    object["would_link_now"] = *link;
    if (config.thumbnails.wanted) object["would_make_thumbnails_now"] = *thumbnails;
    object["source_count"] = counts->source_count;
    std::printf("%s\n", boost::json::serialize(object).c_str());
  } else {
    std::printf(
        "dry run: nothing was written\n%12s  records in the source\n%12s  marks to write\n"
        "%12s  records to move\n%12s  moved already and to link\n",
        with_commas(counts->source_count).c_str(),
        with_commas(*mark).c_str(),
        with_commas(*move).c_str(),
        with_commas(*link).c_str());
    if (config.thumbnails.wanted) {
      std::printf("%12s  moved already and without a thumbnail\n",
                  with_commas(*thumbnails).c_str());
    }
  }
  return ExitCode::success;
}

}  // namespace

void declare_run_options(CLI::App& command, Shell& shell, RunOptions& options, bool may_rehearse) {
  command.add_option("--limit", options.limit, "take up at most N records [all]")
      ->check(CLI::PositiveNumber);
  command.add_option("--batch-size", options.batch_size, "records a page and a transaction")
      ->check(CLI::Range(2, 1000));
  command
      .add_option("--max-width,--width", options.width, "parallel calls to the source at most [4]")
      ->check(CLI::Range(1, 64));
  command.add_option("--max-rate", options.max_rate, "calls to the source a second at most");
  command.add_option(
      "--bwlimit", options.bandwidth, "bytes a second, or a timetable: \"08:00,500KB 19:00,off\"");
  command.add_option("--patience", options.patience, "how long an outage is waited out [6h]");
  command.add_option(
      "--max-bytes", options.max_bytes, "begin no file beyond so much read in this run");
  command.add_option("--allowance",
                     options.allowance,
                     "the same over all runs, for what the licence counts [no limit]");
  command.add_option("--time-limit", options.time_limit, "end after this time");
  if (may_rehearse) {
    command.add_flag("--dry-run", options.dry_run, "say what would be done; write nothing");
  }
  command.add_flag("--json", shell.json, "results as one JSON object");
  command.footer(
      "Exit status: 0 all records accounted for, 1 error, 2 usage or configuration,\n"
      "3 some records need a look, 5 source kept failing, 7 credentials, schema or rights,\n"
      "8 data budget used up, 10 time limit, 11 another run holds the ledger, 130 interrupted.\n"
      "Running the same command again is always safe.");
}

void declare_via(CLI::App& command, RunOptions& options, const std::string& purpose) {
  command.add_option("--via", options.via, purpose)->check(CLI::IsMember({"api", "script"}));
}

ExitCode run_job(const Shell& shell,
                 Config config,
                 const RunOptions& options,
                 const JobRun& run,
                 JobExtras extras) {
  std::optional<std::chrono::milliseconds> span;
  if (Status applied = apply_options(options, config, span); !applied) {
    return complain(applied.error(), ExitCode::usage);
  }
  if (run.goal == Goal::link && !config.catalogue.is_configured()) {
    return complain(
        {.kind = ErrorKind::invalid, .what = "there is no [catalogue] in the configuration"},
        ExitCode::usage);
  }
  if (run.goal == Goal::thumbnails && !config.thumbnails.wanted) {
    return complain(
        {.kind = ErrorKind::invalid, .what = "there is no [thumbnails] in the configuration"},
        ExitCode::usage);
  }
  const bool marks = run.goal == Goal::mark || run.goal == Goal::push_marks;
  if (marks && config.job.mark_field.empty()) {
    return complain({.kind = ErrorKind::invalid, .what = "[record] mark is not configured"},
                    ExitCode::usage);
  }
  if (run.goal == Goal::push_stamps && config.job.stamp_field.empty()) {
    return complain({.kind = ErrorKind::invalid, .what = "[record] stamp is not configured"},
                    ExitCode::usage);
  }
  if (ExitCode code{}; is_push(run.goal) && !has_ledger(config, code)) return code;
  const bool by_script = options.via == "script";
  if (const auto missing = missing_for_scripts(config, run.goal); by_script && !missing.empty()) {
    return complain({.kind = ErrorKind::invalid, .what = missing}, ExitCode::usage);
  }
  const TimeLimit limit(shell.context.stop, span);
  if (options.dry_run) return rehearse(shell, config, run.goal, limit, std::move(extras.file));
  const CallContext context{.stop = limit.token()};
  Needs needs = needs_of(run.goal, false);
  needs.script_writes = by_script;
  needs.script_uploads = by_script && moves(run.goal);
  auto session = Session::open(config, needs, context, std::move(extras.file));
  if (!session) return complain_within(limit, session.error());
  if (Status bound = (*session)->bind(!is_push(run.goal)); !bound) {
    return complain(bound.error(), ExitCode::usage);
  }
  tell_what_was_found(shell, config, **session);
  if (run.requeue) {
    const auto taken = (*session)->ledger().requeue(options.reason);
    if (!taken) return complain(taken.error());
    log(LogLevel::info, std::to_string(*taken) + " records are taken up again");
  }
  Ledger& ledger = (*session)->ledger();
  Status status = ledger.note_run("begins: " + run.command);
  if (status) status = ledger.clear_problems();
  if (status) {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    const RunningNote note(config.ledger(), (*session)->progress());
    const auto way = (*session)->inside_way();
    status = pursue((*session)->job(), run.goal, context, way ? &*way : nullptr);
    if (status && extras.afterwards) status = extras.afterwards(**session, context);
  }
  if (run.goal == Goal::move || run.goal == Goal::everything) {
    if (Status noted = (*session)->note_bytes(); status && !noted) status = noted;
  }
  const std::string end = status ? "done" : std::string(name_of(status.error().kind));
  if (Status noted = ledger.note_run("ends: " + end); status && !noted) status = noted;
  return close_run(shell, config, **session, status, limit, extras);
}

}  // namespace fmferry
