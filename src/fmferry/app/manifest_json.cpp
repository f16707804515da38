// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/draft.hpp>
#include <fmferry/app/manifest_json.hpp>

#include <boost/json.hpp>

namespace fmferry {
namespace {

namespace json = boost::json;

constexpr int k_rows_a_page = 1000;

json::value number(std::optional<int> value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::string entry(const LedgerRow& row) {
  json::object object;
  object["record_id"] = row.seen.record_id;
  object["id"] = row.seen.id;
  object["present"] = row.present;
  object["fate"] = name_of(row.fate);
  object["reason"] = row.reason;
  object["container"] = row.stored ? row.stored->field : row.choice;
  if (row.stored) {
    const StoredObject& stored = *row.stored;
    object["key"] = stored.key;
    object["bytes"] = stored.length;
    object["sha256"] = to_hex(stored.sha256);
    object["media_type"] = stored.media_type;
    object["width"] = number(stored.width);
    object["height"] = number(stored.height);
    object["proof"] = stored.proof;
    object["file_name"] = stored.file_name;
    object["alternatives"] = stored.alternatives;
    object["orientation"] = number(stored.orientation);
    object["taken"] = stored.taken;
    object["pages"] = number(stored.pages);
  }
  object["stamped_at"] = row.stamped_at;
  object["image_id"] = row.image_id;
  object["problem"] = row.stamp_problem.empty() ? row.link_problem : row.stamp_problem;
  return json::serialize(object);
}

}  // namespace

Status write_manifest_json(Ledger& ledger, const std::filesystem::path& file) {
  Draft draft(file);
  FMF_TRY(draft.open());
  std::string before = "[\n";
  for (RecordId after = 0;;) {
    FMF_TRY_ASSIGN(const auto rows, ledger.rows(after, k_rows_a_page));
    if (rows.empty()) break;
    after = rows.back().seen.record_id;
    std::string lines;
    for (const auto& row : rows) {
      lines += before + entry(row);
      before = ",\n";
    }
    FMF_TRY(draft.add(lines));
  }
  FMF_TRY(draft.add(before == "[\n" ? "[]\n" : "\n]\n"));
  return draft.publish();
}

}  // namespace fmferry
