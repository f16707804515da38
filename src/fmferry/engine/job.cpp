// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/job.hpp>

#include <algorithm>

namespace fmferry {

Job with_source(const Job& job, Source& source) {
  return {.settings = job.settings,
          .source = source,
          .store = job.store,
          .ledger = job.ledger,
          .catalogue = job.catalogue,
          .inspectors = job.inspectors,
          .clock = job.clock,
          .progress = job.progress,
          .thumbnailer = job.thumbnailer};
}

Job with_store(const Job& job, ObjectStore& store) {
  return {.settings = job.settings,
          .source = job.source,
          .store = store,
          .ledger = job.ledger,
          .catalogue = job.catalogue,
          .inspectors = job.inspectors,
          .clock = job.clock,
          .progress = job.progress,
          .thumbnailer = job.thumbnailer};
}

Status record_step(const Job& job, const StepUpdate& update) {
  return job.ledger.record(std::span(&update, 1));
}

std::vector<std::string> shown_fields(const JobSettings& settings) {
  std::vector<std::string> fields;
  for (const auto& field : {settings.id_field,
                            settings.parent_field,
                            settings.day_field,
                            settings.category_field,
                            settings.mark_field,
                            settings.stamp_field}) {
    if (!field.empty()) fields.push_back(field);
  }
  for (const auto& field : settings.mapped_fields) {
    if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
  }
  for (const auto& container : settings.containers) {
    for (const auto& naming : {settings.md5_field, settings.length_field}) {
      if (!naming.empty()) fields.push_back(attribute_field(naming, container));
    }
  }
  return fields;
}

std::string attribute_field(const std::string& naming, const std::string& container) {
  static constexpr std::string_view k_place = "{container}";
  std::string name = naming;
  const auto at = name.find(k_place);
  return at == std::string::npos ? name : name.replace(at, k_place.size(), container);
}

SeenRecord sight_of(const Record& record, const JobSettings& settings) {
  SeenRecord seen{.record_id = record.record_id,
                  .mod_id = record.mod_id,
                  .id = record.field(settings.id_field),
                  .parent = record.field(settings.parent_field),
                  .day = iso_day(record.field(settings.day_field)).value_or(""),
                  .category = record.field(settings.category_field),
                  .mark = record.field(settings.mark_field)};
  for (const auto& field : settings.mapped_fields) seen.fields[field] = record.field(field);
  const auto found = candidates(record, settings.containers);
  if (!found.empty()) {
    seen.choice = listed_choice(settings, record);
  } else if (has_unreachable(record, settings.containers)) {
    seen.fate = Fate::refused;
    seen.reason = reason::k_unreachable;
  } else {
    seen.fate = Fate::empty;
    seen.reason = reason::k_no_data;
  }
  if (seen.id.empty() && settings.key.uses_id()) {
    seen.fate = Fate::refused;
    seen.reason = reason::k_missing_id;
  }
  return seen;
}

}  // namespace fmferry
