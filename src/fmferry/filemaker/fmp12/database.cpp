// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/catalogue.hpp>
#include <fmferry/filemaker/fmp12/database.hpp>
#include <fmferry/filemaker/fmp12/items.hpp>
#include <fmferry/filemaker/fmp12/object_store.hpp>

#include <algorithm>

namespace fmferry::fmp12 {
namespace {

constexpr std::string_view k_fields{"\x03"};
constexpr std::string_view k_listed{"\x05"};
constexpr std::string_view k_records{"\x05"};
constexpr std::string_view k_globals{"\x08"};
constexpr std::string_view k_ids{"\x0D"};
constexpr std::string_view k_objects{"\x1F"};
constexpr std::uint32_t k_first_table = 128;  // the file's own directories lie before it
constexpr std::string_view k_mod_count{"\xFC"};
constexpr std::size_t k_word = 4;
constexpr std::uint32_t k_word_bits = 32;

WantedValue wanted_value(const Database::Wanted& wanted) {
  return [&wanted](ByteView key) {
    if (key == k_mod_count) return true;
    const auto field = field_key_of(key);
    return field && wanted(field->field);
  };
}

Result<Row> row_of(Item& item) {
  Row row;
  row.cells.reserve(item.values.size());
  for (auto& value : item.values) {
    if (value.key == k_mod_count) {
      const auto number = counted_number(value.raw);
      if (!number) return fail(ErrorKind::corrupt, "a record's modification count does not parse");
      row.mod_id = *number;
      continue;
    }
    const auto key = field_key_of(value.key);
    row.cells.push_back({.field = key->field,
                         .repetition = key->repetition,
                         .raw = std::move(value.raw),
                         .units = value.units});
  }
  return row;
}

Status insert(std::uint32_t id, IdSet& ids) {
  if (id > k_highest_id) return fail(ErrorKind::corrupt, "the list of records goes too far");
  ids.insert(id);
  return {};
}

// One entry of the list of records: a single id, or a page of ids as a bitmap.
Status insert_page(ByteView key, ByteView bitmap, IdSet& ids) {
  const auto page = number_of(key);
  if (!page || bitmap.size() % k_word != 0) {
    return fail(ErrorKind::corrupt, "the list of records does not parse");
  }
  if (bitmap.empty()) return insert(*page, ids);
  for (std::size_t word = 0; word * k_word < bitmap.size(); ++word) {
    const std::uint32_t bits = u32_at(bitmap, word * k_word);
    for (std::uint32_t bit = 0; bit < k_word_bits; ++bit) {
      if ((bits >> bit & 1U) == 0) continue;
      FMF_TRY(insert(*page + k_word_bits * static_cast<std::uint32_t>(word) + bit, ids));
    }
  }
  return {};
}

Status check_tree(const SectorFile& file) {
  SectorReader reader(file);
  const auto root = reader.get(k_root);
  if (!root) return fail(root.error());
  if (root->level == 0 || root->level > k_highest_level) {
    return fail(broken(k_root, "the tree has no root"));
  }
  if (root->next != file.count() - 1) {
    return fail(ErrorKind::corrupt,
                root->next > file.count() - 1
                    ? "the file was cut off: it should have " + std::to_string(root->next + 1) +
                          " sectors and has " + std::to_string(file.count()) +
                          ". Copy it again from the server or the backup"
                    : "the file has more sectors than its tree knows of: it is damaged");
  }
  Cursor cursor(file);
  return cursor.rewind();
}

// Each table of the catalogue has its list of fields, even one without any: where there is none,
// the table's own place was damaged, and its records would be missed.
Status check_places(const SectorFile& file, const std::vector<Table>& tables) {
  Cursor cursor(file);
  for (const auto& table : tables) {
    const Path place{key_of(table.id), k_fields, k_listed};
    FMF_TRY(cursor.seek(place));
    FMF_TRY_ASSIGN(const Cursor::Event found, cursor.next());
    if (found != Cursor::Event::enter || !(cursor.path() == place)) {
      return fail(ErrorKind::corrupt,
                  "table " + std::to_string(table.id) + " is in the catalogue and nowhere else");
    }
  }
  return {};
}

// The catalogue must know each table that has records or objects.
Status check_strays(const SectorFile& file, const std::vector<Table>& tables) {
  Cursor cursor(file);
  std::string after = key_of(k_first_table);
  while (true) {
    FMF_TRY(cursor.seek({after}));
    FMF_TRY_ASSIGN(const Cursor::Event event, cursor.next());
    if (event != Cursor::Event::enter || cursor.path().size() != 1) return {};
    const std::string key(cursor.key());
    after = key + '\0';
    const auto number = number_of(key);
    const bool known = number && std::ranges::find(tables, *number, &Table::id) != tables.end();
    if (known) continue;
    for (const std::string_view part : {k_records, k_objects}) {
      const Path place{key, part};
      FMF_TRY(cursor.seek(place));
      FMF_TRY_ASSIGN(const Cursor::Event found, cursor.next());
      if (found == Cursor::Event::enter && cursor.path() == place) {
        return fail(ErrorKind::corrupt, "the file has a table that its catalogue does not know");
      }
    }
  }
}

}  // namespace

Database::Database() = default;
Database::~Database() = default;

Result<std::shared_ptr<const Database>> Database::open(const std::filesystem::path& path,
                                                       const OpenOptions& options) {
  std::shared_ptr<Database> made(new Database);
  FMF_TRY_ASSIGN(made->file_, SectorFile::open(path));
  const SectorFile& file = *made->file_;
  made->facts_ = {.name = path.filename().string(),
                  .format = file.header().fp7 ? "fp7" : "fmp12",
                  .bytes = file.bytes(),
                  .closed_cleanly = file.header().closed_cleanly};
  if (const Status tree = check_tree(file); !tree) {
    const bool cut = tree.error().what.starts_with("the file");
    return fail(cut ? tree.error() : file.unreadable(tree.error().what));
  }
  if (!made->facts_.closed_cleanly && !options.allow_unclean) {
    return fail(ErrorKind::corrupt,
                "the file was not closed cleanly: it was copied while open, or after a crash. Take "
                "a backup or close it first; --allow-unclean reads it all the same, with every "
                "check on");
  }
  auto tables = read_catalogue(file);
  if (!tables) return fail(file.unreadable(to_line(tables.error())));
  made->tables_ = std::move(*tables);
  FMF_TRY(check_places(file, made->tables_));
  FMF_TRY(check_strays(file, made->tables_));
  FMF_TRY_ASSIGN(made->facts_.version, read_version(file));
  return std::shared_ptr<const Database>(std::move(made));
}

const Table* Database::table(std::string_view name) const {
  const auto at = std::ranges::find(tables_, name, &Table::name);
  return at != tables_.end() ? &*at : nullptr;
}

Result<IdSet> Database::record_ids(const Table& table) const {
  IdSet ids;
  const Path base{key_of(table.id)};
  FMF_TRY_ASSIGN(const auto item, one_item(*file_, base, k_ids, [](ByteView) { return true; }));
  if (!item) return ids;
  for (const auto& value : item->values) FMF_TRY(insert_page(value.key, value.raw, ids));
  return ids;
}

Status Database::rows(const Table& table,
                      RecordId first,
                      const Wanted& wanted,
                      const RowSink& sink) const {
  if (first > k_highest_id) return {};
  const Path base{key_of(table.id), k_records};
  const std::string first_key = first > 0 ? key_of(static_cast<std::uint32_t>(first)) : "";
  return for_each_item(
      *file_, base, first_key, wanted_value(wanted), [&](Item& item) -> Result<bool> {
        const auto id = number_of(item.key);
        if (!id) return fail(ErrorKind::corrupt, "a record has no number");
        FMF_TRY_ASSIGN(Row row, row_of(item));
        row.id = *id;
        return sink(row);
      });
}

Result<Row> Database::row(const Table& table, RecordId id, const Wanted& wanted) const {
  const bool possible = id > 0 && id <= k_highest_id;
  std::optional<Item> item;
  if (possible) {
    FMF_TRY_ASSIGN(item,
                   one_item(*file_,
                            {key_of(table.id), k_records},
                            key_of(static_cast<std::uint32_t>(id)),
                            wanted_value(wanted)));
  }
  if (!item) return fail(ErrorKind::not_found, "the table has no such record");
  FMF_TRY_ASSIGN(Row row, row_of(*item));
  row.id = id;
  return row;
}

Result<Row> Database::globals(const Table& table, const Wanted& wanted) const {
  FMF_TRY_ASSIGN(auto item, one_item(*file_, {key_of(table.id)}, k_globals, wanted_value(wanted)));
  return item ? row_of(*item) : Row{};
}

Result<ContainerObject> Database::object(const Table& table, const std::string& key) const {
  return ObjectStore(*file_, table.id).object(key);
}

Status Database::stream(const Table& table,
                        const ContainerObject& object,
                        const ByteSink& sink) const {
  return ObjectStore(*file_, table.id).stream(object, sink);
}

Status Database::objects(const Table& table,
                         const std::function<Result<bool>(const ContainerObject&)>& sink) const {
  return ObjectStore(*file_, table.id).for_each(sink);
}

Status Database::object_keys(
    const Table& table, const std::function<Result<bool>(const std::string& key)>& sink) const {
  return ObjectStore(*file_, table.id).for_each_key(sink);
}

Result<std::int64_t> Database::object_count(const Table& table) const {
  return ObjectStore(*file_, table.id).count();
}

}  // namespace fmferry::fmp12
