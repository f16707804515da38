// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/commands/script.hpp>
#include <fmferry/filemaker/script/scripts.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace fmferry {
namespace {

struct ScriptOptions {
  std::string name{};
  std::string table{};
  std::string global{};
  bool bare{false};
  bool how{false};
};

constexpr std::string_view k_s3 = "s3://";

script::Solution solution_of(const Config& config, const ScriptOptions& options) {
  const JobSettings& job = config.job;
  script::Solution solution{.layout = config.source.layout,
                            .table = options.table.empty() ? config.source.layout : options.table,
                            .id_field = job.id_field,
                            .containers = job.containers,
                            .mark_field = job.mark_field,
                            .stamp_field = job.stamp_field,
                            .zone = job.zone,
                            .key_template = job.key.text(),
                            .global_container = options.global};
  if (!config.store.url.starts_with(k_s3)) return solution;
  const std::string place = config.store.url.substr(k_s3.size());
  const auto slash = place.find('/');
  solution.bucket = place.substr(0, slash);
  std::string prefix = slash == std::string::npos ? "" : place.substr(slash + 1);
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  solution.key_template = prefix + solution.key_template;
  return solution;
}

ExitCode list_offers() {
  for (const auto& offer : script::offers()) {
    std::printf("%-18s  %s\n", std::string(offer.name).c_str(), std::string(offer.purpose).c_str());
  }
  std::printf(
      "\nfmferry script NAME writes one, fmferry script NAME --how tells what to do with it\n");
  return ExitCode::success;
}

ExitCode run_script(const Shell& shell, const ScriptOptions& options) {
  if (options.name.empty()) return list_offers();
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config) return code;
  const auto solution = solution_of(*config, options);
  const auto text = options.how ? script::instructions(options.name, solution)
                                : script::make(options.name, solution, options.bare);
  if (!text) return complain(text.error(), ExitCode::usage);
  std::printf("%s", text->c_str());
  return ExitCode::success;
}

}  // namespace

void declare_script(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<ScriptOptions>();
  CLI::App* command =
      app.add_subcommand("script", "make a FileMaker script for your solution, to be pasted");
  command->add_option("NAME", options->name, "which one; without it, what there is");
  command->add_flag("--how", options->how, "how to get it into FileMaker, instead of the script");
  command->add_option(
      "--table", options->table, "the layout's table occurrence [the layout's name]");
  command->add_option(
      "--global", options->global, "cloud-manipulator: a global container, Occurrence::field");
  command->add_flag("--steps", options->bare, "bare steps for an open script, not a whole one");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_script(shell, *options); };
  });
  command->footer(
      "Example: fmferry script uploader > uploader.xml\n"
      "Exit status: 0 done, 2 usage or configuration.");
}

}  // namespace fmferry
