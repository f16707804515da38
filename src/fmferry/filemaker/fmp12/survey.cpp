// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/keys.hpp>
#include <fmferry/filemaker/fmp12/survey.hpp>

#include <limits>

namespace fmferry::fmp12 {
namespace {

constexpr std::int64_t k_rows_between_reports = 10'000;
// An object's key of at most three bytes in hexadecimal digits, and a mark.
constexpr std::uint32_t k_longest_container_value = 7;

bool looks_like_container_value(const Cell& cell) {
  if (!cell.units || *cell.units > k_longest_container_value) return false;
  const auto value = container_value_of(cell);
  return value && value->kind == ContainerValue::Kind::embedded;
}

// Texts may look like it, so this is of use only where no field is known.
bool is_reference(const Cell& cell) {
  const auto value = container_value_of(cell);
  return value && value->kind == ContainerValue::Kind::reference;
}

class TableReading {
 public:
  TableReading(const Database& database, const Table& table) : database_(database), table_(table) {}

  Result<TableSurvey> run(const std::function<Status(std::int64_t)>& on_row) {
    FMF_TRY_ASSIGN(const IdSet ids, database_.record_ids(table_));
    const auto everything = [](std::uint32_t) { return true; };
    FMF_TRY(database_.rows(table_, 0, everything, [&](Row& row) -> Result<bool> {
      if (!ids.contains(static_cast<std::uint32_t>(row.id))) {
        return fail(ErrorKind::corrupt,
                    "record " + std::to_string(row.id) + " is not in the table's own list");
      }
      ++survey_.records;
      if (on_row && survey_.records % k_rows_between_reports == 0) FMF_TRY(on_row(survey_.records));
      FMF_TRY(take(row));
      return true;
    }));
    if (survey_.records != ids.count()) {
      return fail(ErrorKind::corrupt,
                  "it lists " + std::to_string(ids.count()) + " records and has " +
                      std::to_string(survey_.records));
    }
    FMF_TRY_ASSIGN(const Row globals, database_.globals(table_, everything));
    FMF_TRY(take(globals));
    FMF_TRY_ASSIGN(survey_.objects, database_.object_count(table_));
    if (survey_.distinct_objects > survey_.objects) {
      return fail(ErrorKind::corrupt,
                  "its records refer to " + std::to_string(survey_.distinct_objects) +
                      " container objects, of which it has " + std::to_string(survey_.objects));
    }
    if (survey_.unreferenced() > 0) FMF_TRY(count_lost_objects());
    return std::move(survey_);
  }

 private:
  Status count_lost_objects() {
    return database_.object_keys(table_, [&](const std::string& key) -> Result<bool> {
      if (survey_.uses_of(key) > 0) return true;
      FMF_TRY_ASSIGN(const ContainerObject object, database_.object(table_, key));
      if (object.references > 0) ++survey_.lost_objects;
      return true;
    });
  }

  Status take(const Row& row) {
    for (const auto& cell : row.cells) {
      const Field* field = table_.field(cell.field);
      if (field != nullptr && field->is_container()) {
        FMF_TRY(take_container(row, cell));
      } else if (looks_like_container_value(cell) || (field == nullptr && is_reference(cell))) {
        return fail(ErrorKind::corrupt,
                    "record " + std::to_string(row.id) + " has a container in field " +
                        std::to_string(cell.field) + ", which is none in the catalogue");
      }
    }
    return {};
  }

  Status take_container(const Row& row, const Cell& cell) {
    auto value = container_value_of(cell);
    if (!value) {
      return fail(std::move(value).error().at("record " + std::to_string(row.id) + " field " +
                                              std::to_string(cell.field)));
    }
    ++survey_.container_values;
    ContainerCounts& counts = survey_.containers[cell.field];
    switch (value->kind) {
      case ContainerValue::Kind::embedded:
        ++counts.embedded;
        return count_use(value->object);
      case ContainerValue::Kind::reference:
        ++counts.references;
        break;
      case ContainerValue::Kind::unknown:
        ++counts.unknown;
        break;
    }
    return {};
  }

  Status count_use(const std::string& object_key) {
    const auto id = number_of(object_key);
    if (!id) return fail(ErrorKind::corrupt, "a container's value names no object");
    if (*id >= survey_.uses.size()) survey_.uses.resize(*id + 1);
    std::uint16_t& uses = survey_.uses[*id];
    if (uses == 0) ++survey_.distinct_objects;
    if (uses < std::numeric_limits<std::uint16_t>::max()) ++uses;
    return {};
  }

  const Database& database_;
  const Table& table_;
  TableSurvey survey_;
};

}  // namespace

std::uint16_t TableSurvey::uses_of(const std::string& object_key) const {
  const auto id = number_of(object_key);
  return id && *id < uses.size() ? uses[*id] : 0;
}

Result<TableSurvey> survey(const Database& database,
                           const Table& table,
                           const std::function<Status(std::int64_t)>& on_row) {
  auto found = TableReading(database, table).run(on_row);
  if (found || found.error().kind == ErrorKind::cancelled) return found;
  return fail(std::move(found).error().at("table " + table.name));
}

}  // namespace fmferry::fmp12
