// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/commands/job_run.hpp>
#include <fmferry/app/csv.hpp>
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/app/text_table.hpp>
#include <fmferry/engine/link.hpp>
#include <fmferry/foundation/file.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

namespace json = boost::json;

constexpr int k_rows_shown = 2;  // a table
constexpr int k_orphans_a_page = 1000;

struct RelinkWishes {
  bool orphans{false};
  std::string csv{};
};

std::optional<Config> with_catalogue(const Shell& shell, ExitCode& code) {
  auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return std::nullopt;
  if (config->catalogue.is_configured()) return config;
  code =
      complain({.kind = ErrorKind::invalid, .what = "there is no [catalogue] in the configuration"},
               ExitCode::usage);
  return std::nullopt;
}

// The source and the store are asked nothing; the records' ids are made from the source's name.
Needs needs(bool write_ledger, bool takes) {
  return {.source = true,
          .store = true,
          .catalogue = true,
          .catalogue_takes = takes,
          .ledger = true,
          .write_ledger = write_ledger};
}

json::array ids(const std::vector<RecordId>& records) {
  json::array list;
  for (const RecordId id : records) list.emplace_back(id);
  return list;
}

json::object counts_json(const UpsertCounts& counts) {
  return {{"images_inserted", counts.inserted},
          {"images_changed", counts.changed},
          {"images_unchanged", counts.unchanged},
          {"groups_inserted", counts.groups_inserted},
          {"groups_changed", counts.groups_changed}};
}

std::string counts_text(const UpsertCounts& counts) {
  std::string text;
  const auto line = [&text](std::int64_t number, const char* what) {
    const std::string shown = with_commas(number);
    text +=
        std::string(shown.size() < 12 ? 12 - shown.size() : 0, ' ') + shown + "  " + what + "\n";
  };
  line(counts.inserted, "images to insert");
  line(counts.changed, "images to change");
  line(counts.unchanged, "images that are as they should be");
  line(counts.groups_inserted, "groups to insert");
  line(counts.groups_changed, "groups to change");
  return text;
}

json::object row_json(const PlannedRow& row) {
  json::object columns;
  for (const auto& [column, value] : row.columns) {
    columns[column] = value ? json::value(*value) : json::value(nullptr);
  }
  json::object object;
  object["table"] = row.table;
  object["columns"] = std::move(columns);
  return object;
}

void print_plan(const LinkPlan& plan, bool as_json) {
  if (as_json) {
    json::object object = counts_json(plan.counts);
    object["no_parent"] = ids(plan.parentless);
    object["refused"] = ids(plan.refused);
    json::array rows;
    for (const auto& row : plan.rows) rows.push_back(row_json(row));
    object["rows"] = std::move(rows);
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  std::printf("link plan: nothing was written\n%s", counts_text(plan.counts).c_str());
  std::printf(
      "%12s  records whose parent the catalogue does not know\n%12s  records that it refuses\n",
      with_commas(static_cast<std::int64_t>(plan.parentless.size())).c_str(),
      with_commas(static_cast<std::int64_t>(plan.refused.size())).c_str());
  for (const auto& row : plan.rows) {
    std::printf("\n%s\n", row.table.c_str());
    for (const auto& [column, value] : row.columns) {
      std::printf("  %-20s %s\n", column.c_str(), value ? value->c_str() : "NULL");
    }
  }
}

// On a copy of the ledger, so that links that failed before are planned again.
ExitCode plan(const Shell& shell, const RunOptions& options) {
  ExitCode code = ExitCode::success;
  auto config = with_catalogue(shell, code);
  if (!config) return code;
  config->job.limit = options.limit;
  const auto scratch = ScratchLedger::make(config->ledger());
  if (!scratch) return complain(scratch.error());
  config->ledger_file = (*scratch)->file();
  auto session = Session::open(*config, needs(true, false), shell.context);
  if (!session) return complain(session.error());
  if (Status bound = (*session)->bind(); !bound) return complain(bound.error(), ExitCode::usage);
  if (Status cleared = (*session)->ledger().clear_problems(); !cleared) {
    return complain(cleared.error());
  }
  Result<LinkPlan> plan = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    plan = plan_links((*session)->job(), k_rows_shown, shell.context);
  }
  if (!plan) return complain(plan.error());
  print_plan(*plan, shell.json);
  return plan->parentless.empty() && plan->refused.empty() ? ExitCode::success
                                                           : ExitCode::attention;
}

// Images in the catalogue whose parent is not there; all of them, whoever wrote them.
ExitCode list_orphans(const Shell& shell, Session& session, const std::string& csv_file) {
  std::string csv = "image_id,key,length\n";
  std::int64_t count = 0;
  Catalogue& catalogue = *session.job().catalogue;
  for (std::string after;;) {
    const auto orphans = catalogue.orphans_after(after, k_orphans_a_page);
    if (!orphans) return complain(orphans.error());
    if (orphans->empty()) break;
    after = orphans->back().image_id;
    count += static_cast<std::int64_t>(orphans->size());
    for (const CatalogueRow& row : *orphans) {
      const std::string line = csv_value(row.image_id) + "," + csv_value(row.key) + "," +
                               std::to_string(row.length) + "\n";
      if (!csv_file.empty()) {
        csv += line;
      } else if (shell.json) {
        const json::object object{
            {"image_id", row.image_id}, {"key", row.key}, {"length", row.length}};
        std::printf("%s\n", json::serialize(object).c_str());
      } else {
        std::printf("%s  %s\n", row.image_id.c_str(), row.key.c_str());
      }
    }
  }
  if (!csv_file.empty()) {
    if (Status written = write_file(csv_file, csv); !written) return complain(written.error());
  }
  if (!shell.json) {
    std::printf("%s images without a parent\n", with_commas(count).c_str());
  }
  return count == 0 ? ExitCode::success : ExitCode::attention;
}

void print_report(const RelinkReport& report, bool as_json) {
  if (as_json) {
    json::object object = counts_json(report.written);
    object["records"] = report.records;
    object["relinked"] = report.relinked;
    object["no_parent"] = report.parentless;
    object["refused"] = report.refused;
    std::printf("%s\n", json::serialize(object).c_str());
    return;
  }
  const UpsertCounts& written = report.written;
  std::printf(
      "%12s  records looked up again\n%12s  of them have another parent than before\n"
      "%12s  images and %s groups written\n%12s  without a parent: fmferry list --reason "
      "no_parent\n"
      "%12s  refused by the catalogue\n",
      with_commas(report.records).c_str(),
      with_commas(report.relinked).c_str(),
      with_commas(written.inserted + written.changed).c_str(),
      with_commas(written.groups_inserted + written.groups_changed).c_str(),
      with_commas(report.parentless).c_str(),
      with_commas(report.refused).c_str());
}

ExitCode relink(const Shell& shell, const RelinkWishes& wishes) {
  ExitCode code = ExitCode::success;
  const auto config = with_catalogue(shell, code);
  if (!config) return code;
  auto session = Session::open(*config, needs(!wishes.orphans, !wishes.orphans), shell.context);
  if (!session) return complain(session.error());
  if (wishes.orphans) return list_orphans(shell, **session, wishes.csv);
  if (Status bound = (*session)->bind(); !bound) return complain(bound.error(), ExitCode::usage);
  Ledger& ledger = (*session)->ledger();
  if (Status noted = ledger.note_run("begins: relink"); !noted) return complain(noted.error());
  Result<RelinkReport> report = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    report = relink_records((*session)->job(), shell.context);
  }
  const std::string end = report ? "done" : std::string(name_of(report.error().kind));
  if (Status noted = ledger.note_run("ends: " + end); !noted) return complain(noted.error());
  if (!report) return complain(report.error());
  if (Status written = write_manifest(ledger, config->folder); !written) {
    return complain(written.error());
  }
  print_report(*report, shell.json);
  return report->parentless + report->refused == 0 ? ExitCode::success : ExitCode::attention;
}

}  // namespace

void declare_link(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<RunOptions>();
  auto planned = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("link", "write moved records into the catalogue");
  declare_run_options(*command, shell, *options, true);
  command->add_flag(
      "--plan", *planned, "show the rows, unmatched parents and collisions; write nothing");
  command->callback([&shell, options, planned] {
    shell.action = [&shell, options, planned] {
      if (*planned) return plan(shell, *options);
      ExitCode code = ExitCode::success;
      auto config = configured(shell, code);
      if (!config) return code;
      return run_job(shell, std::move(*config), *options, {.command = "link", .goal = Goal::link});
    };
  });
}

void declare_relink(CLI::App& app, Shell& shell) {
  auto wishes = std::make_shared<RelinkWishes>();
  CLI::App* command = app.add_subcommand(
      "relink", "look parents up again, after the application imported them anew");
  CLI::Option* orphans = command->add_flag(
      "--orphans", wishes->orphans, "only list images whose parent is not there; write nothing");
  command->add_option("--csv", wishes->csv, "write that list to this file")->needs(orphans);
  command->add_flag("--json", shell.json, "results as JSON");
  command->callback(
      [&shell, wishes] { shell.action = [&shell, wishes] { return relink(shell, *wishes); }; });
  command->footer(
      "Images keep their ids; their groups are given the parents' new ids.\n"
      "Exit status: 0 all have a parent, 3 some have none or were refused.");
}

}  // namespace fmferry
