// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/shell.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace fmferry {

void declare_version(CLI::App& app, Shell& shell) {
  CLI::App* command = app.add_subcommand("version", "the version, and what this build can do");
  command->callback([&shell] {
    shell.action = [] {
      std::printf(
          "fmferry %s\nsources: dataapi, odata, odbc, file\nstores: s3, folder\ncatalogues: "
          "sqlite, postgresql\n",
          FMF_VERSION);
      return ExitCode::success;
    };
  });
}

}  // namespace fmferry
