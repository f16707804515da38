// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/writer.hpp>

#include <algorithm>

namespace fmferry::odbc {
namespace {

// What the error of a statement about many records may mean for each of them alone.
bool concerns_one_record(const Error& error) {
  return error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid ||
         error.kind == ErrorKind::corrupt || error.kind == ErrorKind::not_found;
}

Error changed_meanwhile() {
  return {.kind = ErrorKind::conflict,
          .what = "the record was changed meanwhile",
          .origin_code = k_record_changed};
}

Error not_taken() {
  return {.kind = ErrorKind::conflict,
          .what = "the server did not change the record: somebody else may be editing it",
          .origin_code = k_record_locked};
}

Error unknown_outcome(Error error) {
  error.kind = ErrorKind::in_doubt;
  return error;
}

}  // namespace

Result<Writer::Outcomes> Writer::write(std::span<const Setting> settings,
                                       std::span<const Target> targets) {
  const auto changed = update(settings, targets);
  if (!changed) {
    if (!concerns_one_record(changed.error())) return fail(changed.error());
    if (targets.size() > 1) return by_halves(settings, targets);
    return Outcomes{fail(changed.error())};
  }
  const auto now = look(settings, targets);
  if (!now) return fail(unknown_outcome(now.error()));
  const bool all = *changed == static_cast<std::int64_t>(targets.size());
  Outcomes outcomes;
  for (const auto& target : targets) {
    const auto found = now->find(target.record_id);
    if (found == now->end()) {
      outcomes.emplace_back(fail(ErrorKind::not_found, "the record is gone"));
    } else {
      outcomes.push_back(outcome_of(target, found->second, all));
    }
  }
  return outcomes;
}

Result<Writer::Outcomes> Writer::by_halves(std::span<const Setting> settings,
                                           std::span<const Target> targets) {
  const std::size_t middle = targets.size() / 2;
  FMF_TRY_ASSIGN(Outcomes outcomes, write(settings, targets.first(middle)));
  FMF_TRY_ASSIGN(Outcomes others, write(settings, targets.subspan(middle)));
  std::ranges::move(others, std::back_inserter(outcomes));
  return outcomes;
}

// `all`: every target was changed. Else one of ours, perhaps by an earlier try, is told by the next
// modification with our values.
Result<std::int64_t> Writer::outcome_of(const Target& target, const Row& row, bool all) {
  const bool next = !target.mod_id || row.mod_id == *target.mod_id + 1;
  if (all || (next && row.has_values)) return row.mod_id;
  const bool untouched = !target.mod_id || row.mod_id == *target.mod_id;
  return fail(untouched ? not_taken() : changed_meanwhile());
}

Result<std::int64_t> Writer::update(std::span<const Setting> settings,
                                    std::span<const Target> targets) {
  std::vector<std::string> texts;
  for (const auto& setting : settings) {
    if (setting.text) texts.push_back(*setting.text);
  }
  FMF_TRY_ASSIGN(Statement done,
                 connection_.run(update_sql(table_, settings, targets), texts, Doing::writing));
  return done.affected();
}

Result<std::map<RecordId, Writer::Row>> Writer::look(std::span<const Setting> settings,
                                                     std::span<const Target> targets) {
  Shape shape;
  for (const auto& setting : settings) {
    shape.fields.push_back(setting.field);
    shape.types.push_back(setting.type);
  }
  FMF_TRY_ASSIGN(Statement rows, connection_.run(look_sql(table_, shape, targets), {}));
  std::map<RecordId, Row> found;
  while (true) {
    FMF_TRY_ASSIGN(const bool more, rows.next());
    if (!more) return found;
    FMF_TRY_ASSIGN(const RecordId record_id, rows.integer(1));
    Row row{.has_values = true};
    FMF_TRY_ASSIGN(row.mod_id, rows.integer(2));
    for (std::size_t i = 0; i < settings.size(); ++i) {
      FMF_TRY_ASSIGN(const auto value, rows.text(static_cast<int>(i) + 3));
      row.has_values = row.has_values &&
                       as_filemaker_says(shape.types[i], value.value_or("")) == settings[i].value;
    }
    found.emplace(record_id, row);
  }
}

Result<std::vector<Setting>> settings_for(const std::string& table_name,
                                          const Table& table,
                                          const FieldUpdates& updates) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : updates) {
    const Field* field = table.find(name);
    if (field == nullptr) {
      return fail(ErrorKind::invalid, "table '" + table_name + "' has no field '" + name + "'");
    }
    if (field->calculated || field->type == FieldType::container) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' can't be written: it is a container or a calculation");
    }
    Setting setting{.field = name, .type = field->type, .value = value};
    if (field->type == FieldType::text && !value.empty()) {
      setting.text = value;
    } else if (const auto sql = literal(field->type, value)) {
      setting.literal = *sql;
    } else {
      return fail(ErrorKind::invalid, "the value for field '" + name + "' does not fit its type");
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace fmferry::odbc
