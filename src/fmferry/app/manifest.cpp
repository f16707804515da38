// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/csv.hpp>
#include <fmferry/app/draft.hpp>
#include <fmferry/app/manifest.hpp>

#include <array>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 1000;

std::string number(std::optional<int> value) {
  return value ? std::to_string(*value) : "";
}

std::string manifest_line(const LedgerRow& row) {
  const StoredObject object = row.stored.value_or(StoredObject{});
  const bool stored = row.stored.has_value();
  const std::string problem = row.stamp_problem.empty() ? row.link_problem : row.stamp_problem;
  const std::array<std::string, 20> columns{std::to_string(row.seen.record_id),
                                            row.seen.id,
                                            std::string(name_of(row.fate)),
                                            row.reason,
                                            stored ? object.field : row.choice,
                                            object.key,
                                            stored ? std::to_string(object.length) : "",
                                            to_hex(object.sha256),
                                            object.media_type,
                                            number(object.width),
                                            number(object.height),
                                            object.proof,
                                            row.stamped_at,
                                            row.image_id,
                                            problem,
                                            object.file_name,
                                            object.alternatives,
                                            number(object.orientation),
                                            object.taken,
                                            number(object.pages)};
  std::string line;
  for (const auto& column : columns) {
    if (!line.empty()) line += ',';
    line += csv_value(column);
  }
  return line + "\r\n";
}

// sha256sum's format; a backslash or line feed in a key would need its escape, and a key has none.
std::string sum_line(const LedgerRow& row) {
  return to_hex(row.stored->sha256) + "  " + row.stored->key + "\n";
}

}  // namespace

Status write_manifest(Ledger& ledger, const std::filesystem::path& folder) {
  Draft manifest(folder / "manifest.csv");
  Draft sums(folder / "SHA256SUMS");
  FMF_TRY(manifest.open());
  FMF_TRY(sums.open());
  FMF_TRY(manifest.add(
      "record_id,id,fate,reason,container,key,bytes,sha256,media_type,width,height,proof,"
      "stamped_at,image_id,problem,file_name,alternatives,orientation,taken,pages\r\n"));
  RecordId after = 0;
  while (true) {
    FMF_TRY_ASSIGN(const auto rows, ledger.rows(after, k_rows_a_page));
    if (rows.empty()) break;
    after = rows.back().seen.record_id;
    std::string lines;
    std::string sum_lines;
    for (const auto& row : rows) {
      lines += manifest_line(row);
      if (row.fate == Fate::moved && row.stored) sum_lines += sum_line(row);
    }
    FMF_TRY(manifest.add(lines));
    FMF_TRY(sums.add(sum_lines));
  }
  FMF_TRY(manifest.publish());
  return sums.publish();
}

}  // namespace fmferry
