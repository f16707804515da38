// SPDX-License-Identifier: Apache-2.0
#include <fmsim/clinic.hpp>
#include <fmsim/dates.hpp>
#include <fmsim/names.hpp>
#include <fmsim/random.hpp>

#include <algorithm>
#include <utility>

namespace fmsim {
namespace {

// Visits do not cross the border of such a block, so that each can be found without its
// forerunners.
constexpr std::uint64_t k_block = 32;
constexpr std::uint64_t k_block_patients = 8;

// Eight records take eleven record ids; the three gaps lie at varying places.
constexpr std::uint64_t k_id_group = 8;
constexpr std::uint64_t k_id_span = 11;
constexpr std::uint64_t k_first_record_id = 101;

constexpr std::uint64_t k_days_2012 = 15340;

std::uint64_t gap_shift(std::uint64_t seed, std::uint64_t group, std::uint64_t place) {
  const std::uint64_t gap = 1 + draw(seed, Topic::gap, group) % (k_id_group - 1);
  return place >= gap ? 2 : 0;
}

}  // namespace

std::string_view name_of(Filling filling) {
  switch (filling) {
    case Filling::empty:
      return "empty";
    case Filling::filled:
      return "filled";
    case Filling::question:
      return "question";
    case Filling::reference:
      return "reference";
    case Filling::text:
      return "text";
  }
  return "";
}

Clinic::Clinic(std::uint64_t seed, std::uint64_t records, const Pool& pool)
    : seed_(seed),
      records_(records),
      patients_((records + k_block - 1) / k_block * k_block_patients),
      pool_(pool) {}

std::uint64_t Clinic::record_id(std::uint64_t index) const {
  const std::uint64_t group = index / k_id_group;
  const std::uint64_t place = index % k_id_group;
  return k_first_record_id + group * k_id_span + place + gap_shift(seed_, group, place);
}

std::optional<std::uint64_t> Clinic::index_of(std::uint64_t record_id) const {
  if (record_id < k_first_record_id) return std::nullopt;
  const std::uint64_t group = (record_id - k_first_record_id) / k_id_span;
  const std::uint64_t rest = (record_id - k_first_record_id) % k_id_span;
  for (std::uint64_t place = 0; place < k_id_group; ++place) {
    if (place + gap_shift(seed_, group, place) == rest) return group * k_id_group + place;
  }
  return std::nullopt;
}

std::uint64_t Clinic::mod_id(std::uint64_t index) const {
  return draw(seed_, Topic::mod_id, index) % 6;
}

Clinic::Visit Clinic::visit_of(std::uint64_t index) const {
  const std::uint64_t block = index / k_block;
  std::uint64_t end = 0;
  for (std::uint64_t number = 0;; ++number) {
    const std::uint64_t key = block * k_block + number;
    end += 1 + draw(seed_, Topic::visit_size, key) % 8;
    if (index % k_block < end) {
      const std::uint64_t within = draw(seed_, Topic::visit_patient, key) % k_block_patients;
      return {number, block * k_block_patients + within};
    }
  }
}

std::uint64_t Clinic::patient_of(std::uint64_t index) const {
  return patients_ == 0 ? 0 : visit_of(index).patient % patients_;
}

std::string Clinic::own_id(std::uint64_t index) const {
  return uuid_text(draw(seed_, Topic::record_uuid, index));
}

std::string Clinic::id(std::uint64_t index) const {
  const Kind what = kind(index);
  if (what == Kind::empty_id) return {};
  return own_id(what == Kind::duplicate_id ? original_of(index) : index);
}

std::uint64_t Clinic::original_of(std::uint64_t index) const {
  // Like brackets: every duplicate takes the nearest plain record that none has taken yet.
  std::uint64_t wanted = 1;
  for (std::uint64_t earlier = index; earlier-- > 0;) {
    const Kind what = kind(earlier);
    if (what == Kind::duplicate_id) ++wanted;
    if (what == Kind::plain && --wanted == 0) return earlier;
  }
  return 0;
}

std::string Clinic::patient_id(std::uint64_t index) const {
  if (kind(index) == Kind::missing_patient) return uuid_text(draw(seed_, Topic::stray_uuid, index));
  return patient_uuid(patient_of(index));
}

std::string Clinic::patient_uuid(std::uint64_t patient) const {
  return uuid_text(draw(seed_, Topic::patient_uuid, patient));
}

std::string Clinic::image_date(std::uint64_t index) const {
  const Visit visit = visit_of(index);
  const std::uint64_t first = draw(seed_, Topic::visit_date, visit.patient) % 3000;
  return date_of_days(static_cast<std::int64_t>(k_days_2012 + first + visit.number * 29));
}

std::string_view Clinic::category(std::uint64_t index) const {
  constexpr std::array<std::string_view, 8> k_categories{
      "Before", "After", "After", "Before", "Scan", "Profile left", "Profile right", "Consent"};
  if (kind(index) == Kind::pdf) return "Consent";
  return k_categories[draw(seed_, Topic::category, index) % 7];
}

std::string Clinic::container_text(std::uint64_t index, std::size_t field) const {
  const Kind what = kind(index);
  if (what == Kind::question_first || what == Kind::question_only) return "?";
  if (what == Kind::typed_text) return "see paper chart";
  const std::string name = std::to_string(record_id(index)) + "_" + std::to_string(field) + ".jpg";
  return "image:" + name + "\rimagewin:/C:/Clinic/pictures/" + name;
}

std::string Clinic::file_name(std::uint64_t index,
                              std::size_t field,
                              std::string_view extension) const {
  constexpr std::uint64_t k_round = 40;
  const std::string place =
      std::to_string(record_id(index)) + "_" + std::string(k_container_fields[field].substr(6));
  std::string name;
  switch (index % k_round) {
    case 7:
      name = "写真 " + place;
      break;
    case 17:
      name = "Снимок " + place;
      break;
    case 27:
      name = "φωτογραφία_" + place;
      break;
    case 37:
      name = "📷 " + place;
      break;
    default:
      name = patient(patient_of(index)).last_name + "_" + place;
  }
  return name.append(extension);
}

Picture Clinic::picture(std::uint64_t index, std::size_t field) const {
  return picture(index, field, containers(index)[field]);
}

Picture Clinic::picture(std::uint64_t index, std::size_t field, const Container& container) const {
  const std::string note = "fmsim " + std::to_string(seed_) + "/" +
                           std::to_string(record_id(index)) + "/" +
                           std::string(k_container_fields[field]) + " " +
                           std::to_string(draw(seed_, Topic::note, index * k_containers + field));
  return Picture::from_pool(
      container.format, pool_.file(container.format, container.file), note, container.kept);
}

std::optional<std::size_t> Clinic::choice(const Containers& containers) const {
  const auto found = std::find_if(
      containers.begin(), containers.end(), [](const Container& each) { return each.complete(); });
  if (found == containers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - containers.begin());
}

Patient Clinic::patient(std::uint64_t patient) const {
  const std::uint64_t drawn = draw(seed_, Topic::name, patient);
  const std::uint64_t days = 5000 + draw(seed_, Topic::birth, patient) % 27000;
  return {patient_uuid(patient),
          std::string(made_first_name(drawn)),
          std::string(made_last_name(mix(drawn))),
          date_of_days(static_cast<std::int64_t>(days) - 18000),
          100'000 + patient};
}

}  // namespace fmsim
