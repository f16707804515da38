// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/commands/job_run.hpp>
#include <fmferry/app/export_plan.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/summary.hpp>
#include <fmferry/app/text_export.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

const JobRun k_run{.command = "export", .goal = Goal::move};

struct ExportOptions {
  RunOptions run{};
  ExportRequest request{};
  std::string text{};
};

// The export of a file, as one command sees it from its beginning to its closing words.
class FileExport {
 public:
  FileExport(const Shell& shell, const ExportOptions& options, ExportPlan plan)
      : shell_(shell), options_(options), plan_(std::move(plan)) {
    shell_.config_file = plan_.config_file.string();
  }

  ExitCode run() {
    auto file = open_file_source(plan_.config);
    if (!file) return complain(file.error());
    if (Status sound = file->source->check(shell_.context); !sound) {
      return complain(sound.error());
    }
    // Nothing is written before the file has proven to be readable.
    if (!options_.run.dry_run) {
      if (Status kept = keep_plan(plan_); !kept) {
        return complain(kept.error(), ExitCode::usage);
      }
    }
    JobExtras extras{.file = std::move(*file)};
    if (!options_.text.empty()) {
      extras.afterwards = [this](Session& session, const CallContext& context) {
        return write_texts(session, context);
      };
    }
    extras.closing_words = [this](const LedgerCounts& counts) { say_closing_words(counts); };
    return run_job(shell_, plan_.config, options_.run, k_run, std::move(extras));
  }

 private:
  Status write_texts(Session& session, const CallContext& context) {
    const fmp12::Database& database = *session.file().database;
    const auto format = text_format_from(options_.text);
    Progress& progress = session.progress();
    progress.phase("text of tables");
    progress.done = 0;
    progress.total = static_cast<std::int64_t>(database.tables().size());
    for (const auto& table : database.tables()) {
      const std::string& only = options_.request.table;
      if (!only.empty() && database.table(only) != &table) continue;
      auto written = export_text(database,
                                 table,
                                 format.value_or(TextFormat::csv),
                                 session.store(),
                                 session.ledger(),
                                 context);
      if (!written) return fail(std::move(written).error().at("table " + table.name));
      texts_.push_back(std::move(*written));
      ++progress.done;
    }
    return {};
  }

  void say_closing_words(const LedgerCounts& counts) const {
    const auto folder = plan_.config_file.parent_path();
    if (shell_.json) {
      boost::json::array texts;
      for (const auto& text : texts_) {
        texts.push_back(boost::json::object{
            {"key", text.key}, {"records", text.records}, {"bytes", text.bytes}});
      }
      auto object = boost::json::parse(summary_json(counts)).as_object();
      object["config"] = plan_.config_file.string();
      object["texts"] = std::move(texts);
      std::printf("%s\n", boost::json::serialize(object).c_str());
      return;
    }
    std::printf("%s", summary_text(counts).c_str());
    for (const auto& text : texts_) {
      std::printf(
          "%12s  records as text in %s\n", with_commas(text.records).c_str(), text.key.c_str());
    }
    std::printf("\nledger     %s\nmanifest   %s\nchecksums  %s\n",
                (folder / "fmferry.db").c_str(),
                (folder / "manifest.csv").c_str(),
                (folder / "SHA256SUMS").c_str());
    std::printf("next: fmferry -c %s verify --deep\n", plan_.config_file.c_str());
  }

  Shell shell_;
  const ExportOptions& options_;
  ExportPlan plan_;
  std::vector<TextObject> texts_{};
};

ExitCode export_configured(const Shell& shell, const ExportOptions& options) {
  const ExportRequest& request = options.request;
  const bool odd = !request.to.empty() || !request.table.empty() || !request.fields.empty() ||
                   !request.id.empty() || !request.key.empty() || !request.state.empty() ||
                   !options.text.empty() || request.allow_unclean;
  if (odd) {
    return complain({.kind = ErrorKind::invalid,
                     .what = "--to, --table and the like go with a FILE: fmferry export FILE --to "
                             "./out"},
                    ExitCode::usage);
  }
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  return config ? run_job(shell, std::move(*config), options.run, k_run) : code;
}

ExitCode export_file(const Shell& shell, const ExportOptions& options) {
  const auto usage = [](std::string what) {
    return complain({.kind = ErrorKind::invalid, .what = std::move(what)}, ExitCode::usage);
  };
  if (!shell.config_file.empty()) return usage("a FILE needs no configuration: leave -c out");
  if (std::error_code ignored; !std::filesystem::exists(options.request.file, ignored)) {
    return usage("there is no file " + options.request.file);
  }
  auto plan = plan_export(options.request);
  if (!plan) return complain(plan.error(), ExitCode::usage);
  return FileExport(shell, options, std::move(*plan)).run();
}

}  // namespace

void declare_export(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<ExportOptions>();
  ExportRequest& request = options->request;
  CLI::App* command =
      app.add_subcommand("export", "move the best containers to the store, then stamp");
  command->add_option("FILE", request.file, "a closed .fmp12 or .fp7 file; no configuration then");
  const auto* group = "Of a FILE";
  command->add_option("--to", request.to, "a folder, or s3://bucket/prefix")->group(group);
  command->add_option("--table", request.table, "of this table only [all]")->group(group);
  command->add_option("--fields", request.fields, "the first of these that is good [every one]")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  command->add_option("--id", request.id, "the field that names the objects [record's number]")
      ->group(group);
  command->add_option("--key", request.key, "how objects are named: {id}, {container}, {ext} ...")
      ->group(group);
  command->add_option("--text", options->text, "the tables' records, too: csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->group(group);
  command->add_option("--state", request.state, "where the ledger is kept [in the folder]")
      ->group(group);
  command->add_flag("--allow-unclean", request.allow_unclean, "also one that was copied while open")
      ->group(group);
  declare_run_options(*command, shell, options->run, true);
  declare_via(
      *command, options->run, "script: FileMaker itself uploads and writes; see fmferry script");
  command->callback([&shell, options] {
    shell.action = [&shell, options] {
      return options->request.file.empty() ? export_configured(shell, *options)
                                           : export_file(shell, *options);
    };
  });
}

}  // namespace fmferry
