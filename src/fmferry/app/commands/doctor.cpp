// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/doctor.hpp>
#include <fmferry/app/doctor/slow_note.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/app/text_table.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>

namespace fmferry {
namespace {

struct DoctorOptions {
  bool write_test{false};
  std::string limit{};
  std::string message{};
};

ExitCode explain(const std::string& message) {
  const std::string explanation = doctor::explanation_of(message);
  if (explanation.empty()) {
    return complain({.what = "this message is not known here: run `fmferry doctor` itself"});
  }
  std::printf("%s.\n", explanation.c_str());
  return ExitCode::success;
}

ExitCode run_doctor(const Shell& shell, const DoctorOptions& options) {
  if (!options.message.empty()) return explain(options.message);
  doctor::DoctorSettings settings{.write_test = options.write_test};
  if (!options.limit.empty()) {
    const auto span = parse_duration(options.limit);
    if (!span || span->count() < 1000) {
      return complain(
          {.kind = ErrorKind::invalid, .what = "--check-limit takes a duration such as 20s or 2m"},
          ExitCode::usage);
    }
    settings.run.limit = std::chrono::duration_cast<std::chrono::seconds>(*span);
  }
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config) return code;
  std::optional<doctor::SlowNote> note;
  if (!shell.quiet) settings.run.begins = [&note](const std::string& name) { note.emplace(name); };
  const doctor::Report report = doctor::examine(*config, settings, shell.context);
  note.reset();
  const std::string text =
      shell.json ? doctor::report_json(report) + "\n" : doctor::report_text(report, is_colourful());
  std::fputs(text.c_str(), stdout);
  return report.code;
}

}  // namespace

void declare_doctor(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* command =
      app.add_subcommand("doctor", "try every way in, the store and the catalogue; say what to do");
  command->add_flag("--write-test",
                    options->write_test,
                    "also write one record's mark and stamp back as they are");
  command->add_option("--check-limit", options->limit, "how long one check may take [20s]");
  command->add_option(
      "--explain", options->message, "say what a message means, such as an ODBC driver's");
  command->add_flag("--json", shell.json, "one JSON object");
  command->footer(
      "It writes nothing to the source unless --write-test is given, reads one container, and\n"
      "leaves at most one small object in the store, below .fmferry/.\n"
      "Example: fmferry doctor --explain 'User ID must be specified'\n"
      "Exit status: 0 all that is needed works, 2 usage or configuration, 5 no answer,\n"
      "7 credentials, schema or rights, 8 data allowance used up, 130 interrupted.");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_doctor(shell, *options); };
  });
}

}  // namespace fmferry
