// SPDX-License-Identifier: Apache-2.0
#include <fmferry/ports/ledger.hpp>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 1000;

}  // namespace

std::string_view name_of(Step step) {
  switch (step) {
    case Step::seen:
      return "seen";
    case Step::marked:
      return "marked";
    case Step::tried:
      return "tried";
    case Step::stored:
      return "stored";
    case Step::stamped:
      return "stamped";
    case Step::unstamped:
      return "unstamped";
    case Step::thumbnail:
      return "thumbnail";
    case Step::linked:
      return "linked";
    case Step::fate:
      return "fate";
    case Step::gone:
      return "gone";
    case Step::run:
      return "run";
  }
  return "run";
}

std::string_view name_of(Fact fact) {
  switch (fact) {
    case Fact::source:
      return "source";
    case Fact::pushed_to:
      return "pushed_to";
    case Fact::push_time:
      return "push_time";
  }
  return {};
}

Status for_each_row(Ledger& ledger, const std::function<Status(const LedgerRow&)>& look) {
  RecordId after = 0;
  while (true) {
    FMF_TRY_ASSIGN(const auto rows, ledger.rows(after, k_rows_a_page));
    if (rows.empty()) return {};
    after = rows.back().seen.record_id;
    for (const auto& row : rows) FMF_TRY(look(row));
  }
}

Result<std::optional<LedgerRow>> row_of(Ledger& ledger, RecordId record_id) {
  FMF_TRY_ASSIGN(auto rows, ledger.rows(record_id - 1, 1));
  if (rows.empty() || rows.front().seen.record_id != record_id) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace fmferry
