// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/custody.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/engine/rebuild.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/sqlite/audit_lines.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <unistd.h>

#include <array>
#include <cstdio>

namespace fmferry {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

ExitCode print_check(const Result<LedgerCheck>& check, bool as_json, bool rows_too) {
  if (!check) return complain(check.error());
  if (as_json) {
    json::object object;
    object["ok"] = check->finding.empty();
    object["events"] = check->events;
    object["records"] = check->records;
    object["finding"] = check->finding;
    std::printf("%s\n", json::serialize(object).c_str());
  } else if (check->finding.empty()) {
    std::printf("OK: %s events in an unbroken chain", with_commas(check->events).c_str());
    if (rows_too)
      std::printf(", %s records as the events say", with_commas(check->records).c_str());
    std::puts("");
  } else {
    std::printf("FAILURE: %s\n", check->finding.c_str());
  }
  return check->finding.empty() ? ExitCode::success : ExitCode::failure;
}

ExitCode run_check(const Shell& shell, const std::string& file) {
  if (!file.empty()) return print_check(check_audit_lines(file), shell.json, false);
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  return print_check(check_ledger(config->ledger()), shell.json, true);
}

void print_custody(const CustodyReport& report, const CustodyWish& wish, bool as_json) {
  if (as_json) {
    json::object object{{"to", wish.to.string()},
                        {"events", report.events},
                        {"records", report.records},
                        {"head", report.head}};
    if (report.bag) {
      object["objects"] = report.bag->objects;
      object["bytes"] = report.bag->bytes;
      object["linked"] = report.bag->linked;
    }
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  std::printf("%12s  events in audit.jsonl\n%12s  records in the manifests\n",
              with_commas(report.events).c_str(),
              with_commas(report.records).c_str());
  if (report.bag) {
    std::printf("%12s  objects in the bag (%s)\n",
                with_commas(report.bag->objects).c_str(),
                human_bytes(report.bag->bytes).c_str());
  }
  std::printf("the chain ends with %s: keep that elsewhere\n", report.head.c_str());
}

ExitCode run_export(const Shell& shell, const CustodyWish& wish) {
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  const auto report = export_custody(*config, wish, shell.context.stop);
  if (!report) {
    return report.error().kind == ErrorKind::invalid ? complain(report.error(), ExitCode::usage)
                                                     : complain(report.error());
  }
  print_custody(*report, wish, shell.json);
  return ExitCode::success;
}

void print_rebuilt(const RebuildReport& report, bool as_json) {
  if (as_json) {
    const json::object object{{"records", report.records},
                              {"moved", report.moved},
                              {"linked", report.linked},
                              {"open", report.open},
                              {"lost", report.lost},
                              {"ambiguous", report.ambiguous}};
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  const std::int64_t others =
      report.records - report.moved - report.open - report.lost - report.ambiguous;
  const std::array<std::pair<std::int64_t, const char*>, 7> lines{
      {{report.records, "records in the source"},
       {report.moved, "moved: stamped, and their object was read and hashed"},
       {report.linked, "of these linked in the catalogue"},
       {report.open, "not stamped: the next run looks at them"},
       {report.lost, "stamped, but their object is not in the store: the same"},
       {report.ambiguous, "stamped, but which object is theirs can't be told: the same"},
       {others, "nothing to move in them: empty, refused or duplicate"}}};
  for (const auto& [number, what] : lines) {
    std::printf("%12s  %s\n", with_commas(number).c_str(), what);
  }
  std::puts(
      "What can't be known again: tries, earlier events, original file names (they are still in\n"
      "manifest-before-rebuild.csv, if there was a manifest), and which records were edited\n"
      "after they were moved: `fmferry verify --source` compares their bytes.");
}

// The next run writes the manifest anew, without what only the lost ledger knew, such as the files'
// names.
void keep_manifest(const fs::path& folder) {
  std::error_code ignored;
  fs::copy_file(folder / "manifest.csv", folder / "manifest-before-rebuild.csv", ignored);
}

// Under another name until it is whole: a run must not take half a ledger for its own.
ExitCode run_rebuild(const Shell& shell) {
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  if (!config) return code;
  const fs::path ledger = config->ledger();
  if (fs::exists(ledger)) {
    return complain({.kind = ErrorKind::invalid,
                     .what = "there is a ledger (" + ledger.string() +
                             "): move it away first, if it is really lost"},
                    ExitCode::usage);
  }
  const fs::path draft = ledger.string() + ".rebuilding";
  const auto sweep = [&draft] {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", ".lock"}) fs::remove(draft.string() + end, ignored);
  };
  sweep();
  config->ledger_file = draft;
  auto session = Session::open(*config,
                               {.source = true,
                                .source_answers = true,
                                .server = !config->source.is_file(),
                                .store = true,
                                .catalogue = true,
                                .ledger = true,
                                .write_ledger = true},
                               shell.context);
  if (!session) return complain(session.error());
  if (Status bound = (*session)->bind(); !bound) return complain(bound.error(), ExitCode::usage);
  keep_manifest(config->folder);
  Result<RebuildReport> report = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    report = rebuild_ledger((*session)->job(), shell.context);
  }
  session->reset();  // closes the file, so that all of it is under its name
  FMF_KILL_POINT("rebuild.link.before");
  if (report && ::link(draft.c_str(), ledger.c_str()) != 0) {
    report = fail(errno_error("cannot make", ledger));
  }
  FMF_KILL_POINT("rebuild.link.after");
  sweep();
  if (!report) return complain(report.error());
  print_rebuilt(*report, shell.json);
  return ExitCode::success;
}

void declare_check(CLI::App& ledger, Shell& shell) {
  auto file = std::make_shared<std::string>();
  CLI::App* check = ledger.add_subcommand("check", "prove the hash chain and the rows against it");
  check->add_option("--file", *file, "an exported audit.jsonl instead of the ledger");
  check->add_flag("--json", shell.json, "one JSON object");
  check->callback(
      [&shell, file] { shell.action = [&shell, file] { return run_check(shell, *file); }; });
  check->footer("Exit status: 0 nothing was altered, 1 FAILURE: the first line that was.");
}

void declare_custody(CLI::App& ledger, Shell& shell) {
  auto wish = std::make_shared<CustodyWish>();
  CLI::App* command = ledger.add_subcommand(
      "export", "write audit.jsonl, manifest.csv, manifest.json and SHA256SUMS");
  command->add_option("--to", wish->to, "a new folder")->required();
  command->add_flag("--bag", wish->bag, "with the objects of a folder store, as a BagIt bag");
  command->add_flag("--copy", wish->copy, "copies in the bag, no hard links to the store's files");
  command->add_flag("--json", shell.json, "one JSON object");
  command->callback(
      [&shell, wish] { shell.action = [&shell, wish] { return run_export(shell, *wish); }; });
  command->footer("Works while a run goes on. Example: fmferry ledger export --to handover --bag");
}

void declare_rebuild(CLI::App& ledger, Shell& shell) {
  CLI::App* command = ledger.add_subcommand(
      "rebuild", "make a lost ledger anew from stamps, marks, objects and rows");
  command->add_flag("--json", shell.json, "one JSON object");
  command->callback([&shell] { shell.action = [&shell] { return run_rebuild(shell); }; });
  command->footer("Writes only the ledger. Then `fmferry run` goes on, and moves nothing twice.");
}

}  // namespace

void declare_ledger(CLI::App& app, Shell& shell) {
  CLI::App* ledger = app.add_subcommand("ledger", "check, export or rebuild the ledger itself");
  ledger->require_subcommand(1);
  declare_check(*ledger, shell);
  declare_custody(*ledger, shell);
  declare_rebuild(*ledger, shell);
}

}  // namespace fmferry
