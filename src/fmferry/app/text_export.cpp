// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/store_writer.hpp>
#include <fmferry/app/text_export.hpp>
#include <fmferry/app/text_lines.hpp>
#include <fmferry/core/key_template.hpp>

#include <algorithm>
#include <set>

namespace fmferry {
namespace {

Result<std::string> key_of(const fmp12::Table& table, TextFormat format) {
  FMF_TRY_ASSIGN(const KeyTemplate name,
                 KeyTemplate::parse(format == TextFormat::csv ? "{id}.csv" : "{id}.jsonl"));
  return name.make({.id = table.name});
}

// Texts are replaced without asking, and an exported file must not be.
Status refuse_taken(Ledger& ledger, const std::string& key) {
  return for_each_row(ledger, [&key](const LedgerRow& row) -> Status {
    if (!row.stored || row.stored->key != key) return {};
    return fail(ErrorKind::conflict,
                "the text can't be written: record " + std::to_string(row.seen.record_id) +
                    " has that key already; use another --key");
  });
}

}  // namespace

std::optional<TextFormat> text_format_from(std::string_view name) {
  if (name == "csv") return TextFormat::csv;
  if (name == "jsonl") return TextFormat::jsonl;
  return std::nullopt;
}

Result<TextObject> export_text(const fmp12::Database& database,
                               const fmp12::Table& table,
                               TextFormat format,
                               ObjectStore& store,
                               Ledger& ledger,
                               const CallContext& context) {
  TextObject object;
  FMF_TRY_ASSIGN(object.key, key_of(table, format));
  FMF_TRY(refuse_taken(ledger, object.key));
  const bool csv = format == TextFormat::csv;
  StoreWriter writer(
      store, object.key, csv ? "text/csv; charset=utf-8" : "application/x-ndjson", context);
  const auto add = [&](const std::string& line) {
    object.bytes += static_cast<std::int64_t>(line.size());
    return writer.add(line);
  };
  const auto columns = text_columns(table);
  std::set<std::uint32_t> fields;
  for (const auto& column : columns) fields.insert(column.field);
  if (csv) FMF_TRY(add(csv_header(columns)));
  FMF_TRY(database.rows(
      table,
      0,
      [&](std::uint32_t field) { return fields.contains(field); },
      [&](fmp12::Row& row) -> Result<bool> {
        if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
        FMF_TRY_ASSIGN(const std::string line,
                       csv ? csv_line(row, columns) : jsonl_line(row, columns));
        FMF_TRY(add(line));
        ++object.records;
        return true;
      }));
  FMF_TRY(writer.finish());
  return object;
}

}  // namespace fmferry
