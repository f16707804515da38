// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/truth.hpp>

#include <algorithm>
#include <ostream>
#include <set>

namespace fmsim {
namespace {

std::string container_json(const Clinic& clinic,
                           std::uint64_t index,
                           std::size_t field,
                           const Container& container) {
  std::string json = "{";
  append_member(json, "field", k_container_fields[field]);
  append_member(json, "state", name_of(container.filling));
  if (container.filling == Filling::filled) {
    const Picture picture = clinic.picture(index, field, container);
    append_raw_member(json, "length", std::to_string(picture.size()));
    append_member(json, "sha256", picture.sha256());
    append_member(json, "media_type", media_type(container.format));
    append_member(json, "true_extension", extension(container.format).substr(1));
    append_member(json, "shown_extension", container.shown_extension);
  } else {
    append_raw_member(json, "length", "null");
    append_raw_member(json, "sha256", "null");
    append_raw_member(json, "media_type", "null");
    append_raw_member(json, "true_extension", "null");
  }
  append_raw_member(json, "complete", container.complete() ? "true" : "false");
  return json + "}";
}

}  // namespace

std::set<std::uint64_t> records_with_a_twin(const Clinic& clinic) {
  std::set<std::uint64_t> originals;
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    if (clinic.kind(index) == Kind::duplicate_id) originals.insert(clinic.original_of(index));
  }
  return originals;
}

std::string expected_fate(const Clinic& clinic, std::uint64_t index, const Containers& containers) {
  const Kind kind = clinic.kind(index);
  if (kind == Kind::duplicate_id) return "duplicate";
  if (kind == Kind::empty_id) return "refused";
  if (clinic.choice(containers)) return "moved";
  const auto any = [&containers](const auto& test) {
    return std::any_of(containers.begin(), containers.end(), test);
  };
  if (any([](const Container& each) {
        return each.filling == Filling::filled && each.kept > 0.0;
      })) {
    return "corrupt";
  }
  const bool unreachable = any([](const Container& each) {
    return each.filling != Filling::filled && each.filling != Filling::empty;
  });
  return unreachable ? "refused" : "empty";
}

void write_truth(const Clinic& clinic, std::ostream& out) {
  const auto twins = records_with_a_twin(clinic);
  for (std::uint64_t index = 0; index < clinic.records(); ++index) {
    const Containers containers = clinic.containers(index);
    const auto choice = clinic.choice(containers);
    std::string line = "{";
    append_member(line, "recordId", std::to_string(clinic.record_id(index)));
    append_member(line, "id", clinic.id(index));
    append_member(line, "id_patient", clinic.patient_id(index));
    append_member(line, "image_date", clinic.image_date(index));
    append_member(line, "kind", name_of(clinic.kind(index)));
    std::string list = "[";
    for (std::size_t field = 0; field < k_containers; ++field) {
      if (field > 0) list += ',';
      list += container_json(clinic, index, field, containers[field]);
    }
    append_raw_member(line, "containers", list + "]");
    append_raw_member(
        line, "choice", choice ? json_string(k_container_fields[*choice]) : std::string("null"));
    append_member(line,
                  "fate",
                  twins.contains(index) ? "duplicate" : expected_fate(clinic, index, containers));
    if (clinic.kind(index) == Kind::duplicate_id) {
      append_member(
          line, "duplicate_of", std::to_string(clinic.record_id(clinic.original_of(index))));
    }
    append_raw_member(
        line, "patient_exists", clinic.kind(index) == Kind::missing_patient ? "false" : "true");
    out << line << "}\n";
  }
}

}  // namespace fmsim
