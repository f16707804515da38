// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/shell.hpp>
#include <fmferry/app/toml_text.hpp>
#include <fmferry/foundation/file.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace fmferry {
namespace {

struct InitOptions {
  std::string server{"https://filemaker.example.org"};
  std::string database{"Clinic"};
  std::string layout{"API_Images"};
  std::string user{"api"};
  std::string store{"./store"};
};

std::string template_for(const InitOptions& options) {
  return "# fmferry's configuration. Paths are relative to this file.\n"
         "# The ledger (fmferry.db) and the manifest are kept beside it.\n"
         "# A closed .fmp12 file needs no configuration: fmferry export FILE --to PLACE\n"
         "\n[source]\n"
         "server = " +
         toml_text(options.server) +
         "\n"
         "database = " +
         toml_text(options.database) +
         "   # without .fmp12\n"
         "layout = " +
         toml_text(options.layout) +
         "   # only fields on this layout can be read\n"
         "user = " +
         toml_text(options.user) +
         "   # its privilege set needs fmrest\n"
         "password = \"env:FMFERRY_PASSWORD\"   # or \"file:PATH\"; never the password itself\n"
         "# backup = \"Clinic.fmp12\"   # a closed copy: bytes are taken from it where it can be\n"
         "# ca = \"server.pem\"   # for a server with a certificate of its own\n"
         "\n[record]\n"
         "id = \"id\"\n"
         "# The waterfall: the first of these that holds good data is moved.\n"
         "containers = [\"image_Full\", \"image_Ex_large\", \"image_large\", \"image_medium\", "
         "\"image_small\"]\n"
         "mark = \"best_image_container\"   # take the line out and nothing is written there\n"
         "stamp = \"NexusExportDate\"       # the same\n"
         "stamp_zone = \"local\"            # the zone that people at the source read it in\n"
         "# parent = \"id_patient\"          # for [catalogue]\n"
         "# day = \"image_date\"\n"
         "# category = \"category\"\n"
         "\n[store]\n"
         "url = " +
         toml_text(options.store) +
         "   # a folder, or s3://bucket/prefix\n"
         "key = \"filemaker-import/images-bulk-dump/{id}.{ext}\"\n"
         "# For S3 the keys come from where AWS tools look: environment, ~/.aws, instance role.\n"
         "# region = \"ap-southeast-2\"\n"
         "# endpoint = \"https://s3.example.org\"   # for stores other than AWS\n"
         "# sse = \"aws:kms\"\n"
         "\n# [catalogue]\n"
         "# sqlite = \"catalogue.db\"   # the application's database, or:\n"
         "# postgres = \"postgresql://fmferry@db.example.org/app\"\n"
         "# password = \"env:PGPASSWORD\"\n"
         "# preset = \"nexus\"   # or \"django-generic\", \"plain\": see docs/manual/catalogue.md\n"
         "\n[pace]\n"
         "width = 4          # parallel calls to the source at most\n"
         "patience = \"6h\"    # how long an outage is waited out\n";
}

ExitCode run_init(const Shell& shell, const InitOptions& options) {
  const std::filesystem::path file = shell.config_file.empty() ? "fmferry.toml" : shell.config_file;
  if (std::filesystem::exists(file)) {
    return complain({.kind = ErrorKind::conflict,
                     .what = file.string() + " exists already: edit it, or name another with -c"},
                    ExitCode::usage);
  }
  if (Status written = write_file(file, template_for(options)); !written) {
    return complain(written.error());
  }
  std::printf(
      "%s is written. Next:\n  1. look through it\n  2. export FMFERRY_PASSWORD=…\n"
      "  3. fmferry doctor\n  4. fmferry run --dry-run\n",
      file.c_str());
  return ExitCode::success;
}

}  // namespace

void declare_init(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand("init", "write a commented fmferry.toml");
  command->add_option("--server", options->server, "https://host[:port]");
  command->add_option("--database", options->database, "the solution's name");
  command->add_option("--layout", options->layout, "the layout to read");
  command->add_option("--user", options->user, "the account");
  command->add_option("--store", options->store, "a folder, or s3://bucket/prefix");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_init(shell, *options); };
  });
}

}  // namespace fmferry
