// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/database.hpp>
#include <fmferry/ports/ledger.hpp>
#include <fmferry/ports/object_store.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

enum class TextFormat { csv, jsonl };

[[nodiscard]] std::optional<TextFormat> text_format_from(std::string_view name);

struct TextObject {
  std::string key{};
  std::int64_t records{0};
  std::int64_t bytes{0};
};

// Writes the stored fields of all of a table's records, containers and globals left out, to the
// store: TABLE.csv or TABLE.jsonl, the name encoded as in all keys. docs/formats/text-export.md.
// What had the key is replaced. Memory doesn't grow with the table. `conflict` when an object that
// the ledger knows has this key.
Result<TextObject> export_text(const fmp12::Database& database,
                               const fmp12::Table& table,
                               TextFormat format,
                               ObjectStore& store,
                               Ledger& ledger,
                               const CallContext& context);

}  // namespace fmferry
