// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/core/reasons.hpp>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>

namespace fmferry {
namespace {

struct ListOptions {
  std::string fate{};
  std::string reason{};
  bool attention{false};
};

bool wants_a_look(const LedgerRow& row) {
  const bool settled =
      row.fate == Fate::moved || row.fate == Fate::empty || row.fate == Fate::pending;
  return !settled || !row.stamp_problem.empty() || !row.link_problem.empty();
}

bool wanted(const LedgerRow& row, const ListOptions& options) {
  if (!row.present) return false;
  if (!options.fate.empty() && name_of(row.fate) != options.fate) return false;
  if (!options.reason.empty() && row.reason != options.reason &&
      row.stamp_problem != options.reason && row.link_problem != options.reason &&
      row.thumbnail_problem != options.reason) {
    return false;
  }
  return !options.attention || wants_a_look(row);
}

std::string why(const LedgerRow& row) {
  for (const auto& text :
       {row.reason, row.stamp_problem, row.link_problem, row.thumbnail_problem}) {
    if (!text.empty()) return text;
  }
  return {};
}

void print_row(const LedgerRow& row, bool json) {
  if (!json) {
    std::printf("%-10lld %-11.*s %-18s %s\n",
                static_cast<long long>(row.seen.record_id),
                static_cast<int>(name_of(row.fate).size()),
                name_of(row.fate).data(),
                why(row).c_str(),
                row.stored ? row.stored->key.c_str() : row.seen.id.c_str());
    return;
  }
  boost::json::object object;
  object["record_id"] = row.seen.record_id;
  object["id"] = row.seen.id;
  object["fate"] = name_of(row.fate);
  object["reason"] = row.reason;
  object["stamp_problem"] = row.stamp_problem;
  object["link_problem"] = row.link_problem;
  object["thumbnail_problem"] = row.thumbnail_problem;
  object["tries"] = row.tries;
  if (row.stored) {
    object["key"] = row.stored->key;
    object["bytes"] = row.stored->length;
    object["sha256"] = to_hex(row.stored->sha256);
    object["media_type"] = row.stored->media_type;
  }
  if (row.thumbnail) object["thumbnail"] = row.thumbnail->key;
  std::printf("%s\n", boost::json::serialize(object).c_str());
}

ExitCode run_list(const Shell& shell, const ListOptions& options) {
  ExitCode code = ExitCode::success;
  const auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  auto session = Session::open(*config, {.ledger = true}, shell.context);
  if (!session) return complain(session.error());
  const Status listed = for_each_row((*session)->ledger(), [&](const LedgerRow& row) -> Status {
    if (wanted(row, options)) print_row(row, shell.json);
    return {};
  });
  return listed ? ExitCode::success : complain(listed.error());
}

}  // namespace

void declare_list(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "records with their fates, a line each");
  command->add_option("--fate", options->fate, "only this fate")
      ->check(CLI::IsMember(
          {"pending", "moved", "empty", "corrupt", "duplicate", "refused", "quarantined"}));
  const std::vector<std::string> reasons(k_reasons.begin(), k_reasons.end());
  command->add_option("--reason", options->reason, "only this reason code")
      ->check(CLI::Validator(CLI::IsMember(reasons)).description("CODE"));
  command->add_flag("--attention", options->attention, "only records that need a look");
  command->add_flag("--json", shell.json, "a JSON object a line");
  command->callback([&shell, options] {
    shell.action = [&shell, options] { return run_list(shell, *options); };
  });
}

}  // namespace fmferry
