// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/listing.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <algorithm>
#include <mutex>

namespace fmferry::fmp12 {
namespace {

// Where a container value is. Packed into one number that ascends in the order of the listing:
// 15 bits table, 23 record (0: the table's globals), 15 field, 10 repetition.
struct Place {
  std::uint32_t table{0};
  RecordId record{0};
  std::uint32_t field{0};
  std::uint32_t repetition{0};
};

constexpr unsigned k_record_bits = 23;
constexpr unsigned k_field_bits = 15;
constexpr unsigned k_repetition_bits = 10;

constexpr RecordId low_bits(RecordId number, unsigned bits) {
  return number & ((RecordId{1} << bits) - 1);
}

RecordId pack(const Place& place) {
  RecordId packed = place.table;
  packed = packed << k_record_bits | place.record;
  packed = packed << k_field_bits | place.field;
  return packed << k_repetition_bits | place.repetition;
}

Place unpack(RecordId packed) {
  Place place;
  place.repetition = static_cast<std::uint32_t>(low_bits(packed, k_repetition_bits));
  packed >>= k_repetition_bits;
  place.field = static_cast<std::uint32_t>(low_bits(packed, k_field_bits));
  packed >>= k_field_bits;
  place.record = low_bits(packed, k_record_bits);
  place.table = static_cast<std::uint32_t>(packed >> k_record_bits);
  return place;
}

bool fits(const Place& place) {
  const Place again = unpack(pack(place));
  return place.table < (1U << 15U) && again.table == place.table && again.record == place.record &&
         again.field == place.field && again.repetition == place.repetition;
}

class EveryListing final : public Listing {
 public:
  EveryListing(std::shared_ptr<const Database> database, std::vector<const Table*> tables)
      : database_(std::move(database)),
        tables_(std::move(tables)),
        names_(container_names(tables_)) {}

  [[nodiscard]] std::vector<const Table*> tables() const override { return tables_; }

  [[nodiscard]] Result<std::int64_t> count(const Surveys& surveys) const override {
    std::int64_t count = 0;
    for (const auto& [table, found] : surveys) count += found.container_values;
    return count;
  }

  [[nodiscard]] Result<std::vector<Record>> page(const Surveys& surveys,
                                                 std::int64_t offset,
                                                 int limit) const override {
    std::vector<Record> records;
    Start start = start_for(offset);
    for (const Table* table : tables_) {
      if (start.place.table > table->id) continue;
      if (start.place.table < table->id) {
        start.place = {.table = table->id};
        // A table that lies before the page as a whole is not read.
        const std::int64_t here = surveys.at(table->id).container_values;
        if (start.offset + here <= offset) {
          start.offset += here;
          continue;
        }
      }
      FMF_TRY(walk(*table, start.place.record, [&](const Row& row, const Cell& cell) {
        return collect(*table, row, cell, start, offset, limit, records);
      }));
      if (static_cast<int>(records.size()) == limit) break;
    }
    if (!records.empty()) {
      remember(offset + static_cast<std::int64_t>(records.size()) - 1, records.back().record_id);
    }
    return records;
  }

  [[nodiscard]] Result<Record> read(RecordId record_id) const override {
    const Place place = unpack(record_id);
    const auto table = std::ranges::find(tables_, place.table, &Table::id);
    const auto gone = [] { return fail(ErrorKind::not_found, "there is no such container"); };
    if (record_id <= 0 || table == tables_.end()) return gone();
    const auto wanted = [&place](std::uint32_t field) { return field == place.field; };
    FMF_TRY_ASSIGN(const Row row,
                   place.record == 0 ? database_->globals(**table, wanted)
                                     : database_->row(**table, place.record, wanted));
    const Cell* cell = row.cell(place.field, place.repetition);
    if (cell == nullptr || !names_.contains({place.table, place.field})) return gone();
    return record_of(**table, row, *cell);
  }

 private:
  using CellSink = std::function<Result<bool>(const Row&, const Cell&)>;

  // Where to begin reading: a container value and its 1-based position in the listing.
  struct Start {
    std::int64_t offset{1};
    Place place{};
  };

  // Pages are asked for one after the other, so where the last one ended is where the next begins.
  Start start_for(std::int64_t offset) const {
    const std::scoped_lock lock(mutex_);
    return last_.offset <= offset ? last_ : Start{};
  }

  void remember(std::int64_t offset, RecordId record_id) const {
    const std::scoped_lock lock(mutex_);
    last_ = {.offset = offset, .place = unpack(record_id)};
  }

  // The container cells of a table from a record on; its globals are record 0.
  Status walk(const Table& table, RecordId first, const CellSink& sink) const {
    const auto wanted = [&](std::uint32_t field) { return names_.contains({table.id, field}); };
    const auto take = [&](const Row& row) -> Result<bool> {
      for (const auto& cell : row.cells) {
        FMF_TRY_ASSIGN(const bool go_on, sink(row, cell));
        if (!go_on) return false;
      }
      return true;
    };
    if (first == 0) {
      FMF_TRY_ASSIGN(const Row globals, database_->globals(table, wanted));
      FMF_TRY_ASSIGN(const bool go_on, take(globals));
      if (!go_on) return {};
    }
    return database_->rows(table, first, wanted, [&](Row& row) { return take(row); });
  }

  Result<bool> collect(const Table& table,
                       const Row& row,
                       const Cell& cell,
                       Start& at,
                       std::int64_t offset,
                       int limit,
                       std::vector<Record>& records) const {
    const Place place{
        .table = table.id, .record = row.id, .field = cell.field, .repetition = cell.repetition};
    if (!fits(place)) {
      return fail(ErrorKind::invalid,
                  "table " + table.name + " has ids or repetitions beyond what is supported");
    }
    if (pack(place) < pack(at.place)) return true;
    if (at.offset++ < offset) return true;
    FMF_TRY_ASSIGN(Record record, record_of(table, row, cell));
    records.push_back(std::move(record));
    return static_cast<int>(records.size()) < limit;
  }

  [[nodiscard]] Result<Record> record_of(const Table& table,
                                         const Row& row,
                                         const Cell& cell) const {
    Record record{.record_id = pack({.table = table.id,
                                     .record = row.id,
                                     .field = cell.field,
                                     .repetition = cell.repetition}),
                  .mod_id = row.mod_id};
    std::string id = row.id == 0 ? "global" : std::to_string(row.id);
    if (cell.repetition > 1) id += "-" + std::to_string(cell.repetition);
    record.fields["id"] = std::move(id);
    FMF_TRY_ASSIGN(Container container,
                   container_of(table, names_.at({table.id, cell.field}), &cell));
    record.containers.push_back(std::move(container));
    return record;
  }

  std::shared_ptr<const Database> database_;
  std::vector<const Table*> tables_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> names_;
  mutable std::mutex mutex_;
  mutable Start last_;  // guarded by mutex_
};

}  // namespace

Result<std::unique_ptr<Listing>> list_every_container(std::shared_ptr<const Database> database,
                                                      const std::vector<std::string>& only_tables) {
  std::vector<const Table*> tables;
  for (const auto& name : only_tables) {
    if (database->table(name) != nullptr) continue;
    return fail(ErrorKind::invalid,
                "the file has no table " + name + ": `fmferry inspect` shows those it has");
  }
  for (const auto& table : database->tables()) {
    const bool wanted =
        only_tables.empty() || std::ranges::find(only_tables, table.name) != only_tables.end();
    if (!wanted) continue;
    bool holds = std::ranges::any_of(table.fields, &Field::is_container);
    if (!holds) {
      // Objects without a field for them: the survey is to see whether a damaged catalogue hides
      // it.
      FMF_TRY_ASSIGN(const std::int64_t objects, database->object_count(table));
      holds = objects > 0;
    }
    if (holds) tables.push_back(&table);
  }
  return std::make_unique<EveryListing>(std::move(database), std::move(tables));
}

}  // namespace fmferry::fmp12
