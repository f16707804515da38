// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/catalogue.hpp>
#include <fmferry/filemaker/fmp12/items.hpp>
#include <fmferry/filemaker/fmp12/row.hpp>

#include <array>

namespace fmferry::fmp12 {
namespace {

constexpr std::string_view k_name_key{"\x10"};
constexpr std::string_view k_options_key{"\x02"};
constexpr std::string_view k_application{"\x02"};  // a directory of the root
constexpr std::string_view k_version{"\x03"};      // in there
constexpr std::size_t k_most_things = 32768;       // tables in a file, fields in a table
constexpr std::size_t k_options_size = 26;

bool is_name_or_options(ByteView key) {
  return key == k_name_key || key == k_options_key;
}

const StoredValue* find(const Item& item, std::string_view key) {
  for (const auto& value : item.values) {
    if (value.key == key) return &value;
  }
  return nullptr;
}

Result<std::string> name_of_item(const Item& item, const std::string& what) {
  const StoredValue* value = find(item, k_name_key);
  auto text = value == nullptr ? fail(ErrorKind::corrupt, "it has no name")
                               : text_of({.raw = value->raw, .units = value->units});
  if (!text) return fail(std::move(text).error().at(what));
  return text;
}

// A number out of the catalogue; what has none is no table and no field.
Result<std::uint32_t> number_of_item(const Item& item, std::size_t so_far) {
  const auto number = number_of(item.key);
  if (!number) return fail(ErrorKind::corrupt, "the catalogue has an entry without a number");
  if (so_far == k_most_things) return fail(ErrorKind::corrupt, "the catalogue is too long");
  return *number;
}

FieldKind kind_of(unsigned code) {
  constexpr std::array kinds{FieldKind::normal, FieldKind::calculation, FieldKind::summary};
  return code >= 1 && code <= kinds.size() ? kinds.at(code - 1) : FieldKind::other;
}

FieldType type_of(unsigned code) {
  constexpr std::array types{FieldType::text,
                             FieldType::number,
                             FieldType::date,
                             FieldType::time,
                             FieldType::timestamp,
                             FieldType::container};
  return code >= 1 && code <= types.size() ? types.at(code - 1) : FieldType::other;
}

// The 26 bytes that say what a field is.
Status read_options(ByteView options, Field& field) {
  if (options.size() < k_options_size) {
    return fail(ErrorKind::corrupt, "its options are too short");
  }
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(options[at]); };
  field.kind = kind_of(byte(0));
  field.type = field.kind == FieldKind::summary ? FieldType::other : type_of(byte(1));
  field.global = (byte(9) & 0x01U) != 0;
  field.unstored = field.kind == FieldKind::summary ||
                   (field.kind == FieldKind::calculation && (byte(9) & 0x02U) != 0);
  if ((byte(10) & 0x20U) != 0) {
    field.storage = (byte(10) & 0x10U) != 0 ? Storage::external_open : Storage::external_secure;
  }
  field.repetitions = byte(24) << 8 | byte(25);
  return {};
}

Result<std::vector<Field>> read_fields(const SectorFile& file, std::uint32_t table) {
  std::vector<Field> fields;
  const Path base{key_of(table), "\x03", "\x05"};
  FMF_TRY(for_each_item(file, base, {}, is_name_or_options, [&](Item& item) -> Result<bool> {
    Field field;
    FMF_TRY_ASSIGN(field.id, number_of_item(item, fields.size()));
    const std::string what = "field " + std::to_string(field.id);
    FMF_TRY_ASSIGN(field.name, name_of_item(item, what));
    const StoredValue* options = find(item, k_options_key);
    if (options == nullptr) return fail(ErrorKind::corrupt, what + ": it has no options");
    if (auto read = read_options(options->raw, field); !read) {
      return fail(std::move(read).error().at(what));
    }
    fields.push_back(std::move(field));
    return true;
  }));
  return fields;
}

}  // namespace

Result<std::vector<Table>> read_catalogue(const SectorFile& file) {
  std::vector<Table> tables;
  const Path base{"\x03", "\x10", "\x05"};
  FMF_TRY(for_each_item(file, base, {}, is_name_or_options, [&](Item& item) -> Result<bool> {
    Table table;
    FMF_TRY_ASSIGN(table.id, number_of_item(item, tables.size()));
    const std::string what = "table " + std::to_string(table.id);
    FMF_TRY_ASSIGN(table.name, name_of_item(item, what));
    tables.push_back(std::move(table));
    return true;
  }));
  for (auto& table : tables) {
    auto fields = read_fields(file, table.id);
    if (!fields) {
      return fail(std::move(fields).error().at("table " + std::to_string(table.id)));
    }
    table.fields = std::move(*fields);
  }
  return tables;
}

Result<std::string> read_version(const SectorFile& file) {
  FMF_TRY_ASSIGN(const auto item,
                 one_item(file, {}, k_application, [](ByteView key) { return key == k_version; }));
  if (!item || item->values.empty()) return std::string();
  // Only for show: what does not decode is left out.
  return text_of({.raw = item->values.front().raw}).value_or("");
}

}  // namespace fmferry::fmp12
