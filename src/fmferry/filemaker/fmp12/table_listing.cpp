// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/listing.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace fmferry::fmp12 {
namespace {

// A field as it was asked for: "Phone", or "Phone(2)" for its second repetition.
struct Wish {
  std::string name{};
  const Field* field{nullptr};
  std::uint32_t repetition{1};
};

std::vector<std::string> names_of(const Table& table, bool containers) {
  std::vector<std::string> names;
  for (const auto& field : table.fields) {
    if (field.is_container() == containers) names.push_back(field.name);
  }
  return names;
}

Wish find_field(const Table& table, const std::string& name) {
  Wish wish{.name = name, .field = table.field(name)};
  if (wish.field != nullptr || !name.ends_with(')')) return wish;
  const auto bracket = name.rfind('(');
  if (bracket == std::string::npos) return wish;
  const char* end = name.data() + name.size() - 1;
  const auto parsed = std::from_chars(name.data() + bracket + 1, end, wish.repetition);
  if (parsed.ptr == end && wish.repetition > 0) wish.field = table.field(name.substr(0, bracket));
  return wish;
}

Result<std::vector<Wish>> find_fields(const Table& table,
                                      const std::vector<std::string>& names,
                                      bool containers) {
  std::vector<Wish> wishes;
  for (const auto& name : names) {
    const Wish wish = find_field(table, name);
    if (wish.field == nullptr || wish.field->is_container() != containers) {
      const auto hint = nearest(name, names_of(table, containers));
      const std::string wanted = containers ? "container field " : "field ";
      return fail(ErrorKind::invalid,
                  "table " + table.name + " has no " + wanted + name +
                      (hint.empty() ? "" : ", did you mean " + hint + "?"));
    }
    if (wish.repetition > static_cast<std::uint32_t>(wish.field->repetitions)) {
      return fail(ErrorKind::invalid,
                  "field " + wish.field->name + " has " + std::to_string(wish.field->repetitions) +
                      " repetitions, not " + std::to_string(wish.repetition));
    }
    wishes.push_back(wish);
  }
  return wishes;
}

class TableListing final : public Listing {
 public:
  TableListing(std::shared_ptr<const Database> database,
               const Table& table,
               IdSet ids,
               std::vector<Wish> fields,
               std::vector<Wish> containers)
      : database_(std::move(database)),
        table_(table),
        ids_(std::move(ids)),
        fields_(std::move(fields)),
        containers_(std::move(containers)) {
    for (const auto* wishes : {&fields_, &containers_}) {
      for (const auto& wish : *wishes) wanted_.insert(wish.field->id);
    }
  }

  Status read_globals() {
    FMF_TRY_ASSIGN(globals_, database_->globals(table_, wanted()));
    return {};
  }

  [[nodiscard]] std::vector<const Table*> tables() const override { return {&table_}; }

  [[nodiscard]] Result<std::int64_t> count(const Surveys&) const override { return ids_.count(); }

  [[nodiscard]] Result<std::vector<Record>> page(const Surveys&,
                                                 std::int64_t offset,
                                                 int limit) const override {
    std::vector<Record> records;
    const auto first = ids_.nth(offset - 1);
    if (!first) return records;
    FMF_TRY(database_->rows(table_, *first, wanted(), [&](Row& row) -> Result<bool> {
      FMF_TRY_ASSIGN(Record record, record_of(row));
      records.push_back(std::move(record));
      return static_cast<int>(records.size()) < limit;
    }));
    // What is listed is what the table's own list has, no more and no less.
    const auto expected = std::min<std::int64_t>(limit, ids_.count() - offset + 1);
    if (static_cast<std::int64_t>(records.size()) == expected) return records;
    return fail(ErrorKind::corrupt, "the table has other records than its list says");
  }

  [[nodiscard]] Result<Record> read(RecordId record_id) const override {
    FMF_TRY_ASSIGN(const Row row, database_->row(table_, record_id, wanted()));
    return record_of(row);
  }

 private:
  [[nodiscard]] Database::Wanted wanted() const {
    return [this](std::uint32_t field) { return wanted_.contains(field); };
  }

  [[nodiscard]] const Cell* cell_of(const Row& row, const Wish& wish) const {
    const Cell* cell = row.cell(wish.field->id, wish.repetition);
    return cell == nullptr ? globals_.cell(wish.field->id, wish.repetition) : cell;
  }

  [[nodiscard]] Result<Record> record_of(const Row& row) const {
    Record record{.record_id = row.id, .mod_id = row.mod_id};
    const auto at_record = [&row](Error error) {
      return fail(std::move(error).at("record " + std::to_string(row.id)));
    };
    for (const auto& wish : fields_) {
      const Cell* cell = cell_of(row, wish);
      auto text = cell == nullptr ? std::string() : text_of(*cell);
      if (!text) return at_record(std::move(text).error());
      record.fields[wish.name] = std::move(*text);
    }
    for (const auto& wish : containers_) {
      auto container = container_of(table_, wish.name, cell_of(row, wish));
      if (!container) return at_record(std::move(container).error());
      record.containers.push_back(std::move(*container));
    }
    return record;
  }

  std::shared_ptr<const Database> database_;
  const Table& table_;
  IdSet ids_;
  std::vector<Wish> fields_;
  std::vector<Wish> containers_;
  std::set<std::uint32_t> wanted_;
  Row globals_;
};

}  // namespace

Result<std::unique_ptr<Listing>> list_table(std::shared_ptr<const Database> database,
                                            const TableWishes& wishes) {
  const Table* table = database->table(wishes.table);
  if (table == nullptr) {
    std::vector<std::string> names;
    for (const auto& known : database->tables()) names.push_back(known.name);
    const auto hint = nearest(wishes.table, names);
    return fail(ErrorKind::invalid,
                "the file has no table " + wishes.table +
                    (hint.empty() ? ": `fmferry inspect` shows those it has"
                                  : ", did you mean " + hint + "?"));
  }
  FMF_TRY_ASSIGN(auto fields, find_fields(*table, wishes.fields, false));
  FMF_TRY_ASSIGN(auto containers, find_fields(*table, wishes.containers, true));
  FMF_TRY_ASSIGN(IdSet ids, database->record_ids(*table));
  auto listing = std::make_unique<TableListing>(
      std::move(database), *table, std::move(ids), std::move(fields), std::move(containers));
  FMF_TRY(listing->read_globals());
  return listing;
}

}  // namespace fmferry::fmp12
