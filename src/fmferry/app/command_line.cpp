// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/command_line.hpp>
#include <fmferry/app/commands/script.hpp>
#include <fmferry/foundation/log.hpp>

#include <CLI/CLI.hpp>

#include <map>

namespace fmferry {

int run_command_line(int argc, char** argv, const std::stop_token& stop) {
  Shell shell;
  shell.context.stop = stop;
  CLI::App app(
      "Moves what FileMaker keeps in container fields into an object store and a\n"
      "catalogue, and proves that it did.");
  app.name("fmferry");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default(false);
  app.add_option("-c,--config", shell.config_file, "the configuration [fmferry.toml]");
  app.add_flag("-q,--quiet", shell.quiet, "no progress, only warnings");
  bool verbose = false;
  app.add_flag("-v,--verbose", verbose, "say more on stderr");
  app.set_version_flag("--version", std::string("fmferry ") + FMF_VERSION);
  declare_init(app, shell);
  declare_doctor(app, shell);
  declare_inspect(app, shell);
  declare_plan(app, shell);
  declare_phases(app, shell);
  declare_verify(app, shell);
  declare_unstamp(app, shell);
  declare_status(app, shell);
  declare_list(app, shell);
  declare_report(app, shell);
  declare_presign(app, shell);
  declare_ledger(app, shell);
  declare_script(app, shell);
  declare_version(app, shell);
  app.footer(
      "First steps: fmferry init, fmferry doctor, fmferry plan, then fmferry run.\n"
      "fmferry COMMAND --help tells a command's options and exit statuses.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == 0;  // --help, --version
    app.exit(error);
    return asked_for ? 0 : static_cast<int>(ExitCode::usage);
  }
  set_log_level(verbose ? LogLevel::debug : shell.quiet ? LogLevel::warning : LogLevel::info);
  return static_cast<int>(shell.action());
}

}  // namespace fmferry
