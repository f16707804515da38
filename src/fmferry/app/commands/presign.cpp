// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace fmferry {
namespace {

struct PresignOptions {
  std::string id{};
  std::string key{};
  std::string method{"GET"};
  std::string expires{"15m"};
};

Result<std::string> key_of(Ledger& ledger, const std::string& id) {
  RecordId after = 0;
  while (true) {
    FMF_TRY_ASSIGN(const auto rows, ledger.rows(after, 1000));
    if (rows.empty()) return fail(ErrorKind::not_found, "no moved record has this id");
    after = rows.back().seen.record_id;
    for (const auto& row : rows) {
      if (row.seen.id == id && row.stored) return row.stored->key;
    }
  }
}

ExitCode run_presign(const Shell& shell, const PresignOptions& options) {
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config) return code;
  const auto lifetime = parse_duration(options.expires);
  if (!lifetime || options.id.empty() == options.key.empty()) {
    return complain(
        {.kind = ErrorKind::invalid,
         .what = lifetime ? "name either --id or --key" : "--expires takes a duration such as 15m"},
        ExitCode::usage);
  }
  const bool by_id = !options.id.empty();
  if (by_id && !has_ledger(*config, code)) return code;
  auto session = Session::open(*config, {.store = true, .ledger = by_id}, shell.context);
  if (!session) return complain(session.error());
  Result<std::string> key = options.key;
  if (by_id) key = key_of((*session)->ledger(), options.id);
  if (!key) return complain(key.error());
  const auto url = (*session)->store().presign(
      options.method, *key, std::chrono::duration_cast<std::chrono::seconds>(*lifetime));
  if (!url) return complain(url.error());
  std::printf("%s\n", url->c_str());
  return ExitCode::success;
}

}  // namespace

void declare_presign(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<PresignOptions>();
  CLI::App* command = app.add_subcommand("presign", "a URL that opens one object for a while");
  command->add_option("--id", options->id, "the record's id");
  command->add_option("--key", options->key, "the object's key");
  command->add_option("--method", options->method, "GET or PUT [GET]")
      ->check(CLI::IsMember({"GET", "PUT"}));
  command->add_option("--expires", options->expires, "how long it works [15m]");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_presign(shell, *options); };
  });
  command->footer("Whoever holds the URL can see the picture: treat it as a password.");
}

}  // namespace fmferry
