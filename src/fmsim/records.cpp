// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/records.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace fmsim {

Records::Records(const Clinic& clinic, Journal& journal) : clinic_(clinic), journal_(journal) {
  table(TableId::images).slots = clinic.records();
  table(TableId::patients).slots = clinic.patients();
  journal_.replay([this](const JournalEntry& entry) { apply(entry); });
}

std::uint64_t Records::count(TableId id) const {
  const std::shared_lock lock(mutex_);
  return table(id).slots - table(id).deleted.size();
}

std::uint64_t Records::slot_at(const Table& table, std::uint64_t position) const {
  std::uint64_t slot = position;
  for (const std::uint64_t gone : table.deleted) {
    if (gone > slot) break;
    ++slot;
  }
  return slot;
}

void Records::walk(TableId id,
                   std::uint64_t from,
                   const std::function<bool(std::uint64_t)>& visit) const {
  std::uint64_t slot = 0;
  std::uint64_t end = 0;
  std::set<std::uint64_t> deleted;
  {
    const std::shared_lock lock(mutex_);
    slot = slot_at(table(id), from);
    end = table(id).slots;
    deleted = table(id).deleted;
  }
  auto gone = deleted.lower_bound(slot);
  for (; slot < end; ++slot) {
    if (gone != deleted.end() && *gone == slot) {
      ++gone;
      continue;
    }
    if (!visit(slot)) return;
  }
}

std::optional<std::uint64_t> Records::living(TableId id, std::uint64_t record_id) const {
  const auto slot = clinic_.index_of(record_id);
  if (!slot || *slot >= table(id).slots || table(id).deleted.contains(*slot)) return std::nullopt;
  return slot;
}

std::optional<std::uint64_t> Records::slot_of(TableId id, std::uint64_t record_id) const {
  const std::shared_lock lock(mutex_);
  return living(id, record_id);
}

std::optional<std::uint64_t> Records::slot_with_id(TableId id, const std::string& wanted) const {
  std::vector<std::uint64_t> candidates;
  std::uint64_t end = 0;
  {
    const std::shared_lock lock(mutex_);
    end = table(id).slots;
    candidates.assign(table(id).renamed.begin(), table(id).renamed.end());
  }
  {
    const std::scoped_lock lock(index_mutex_);
    IdIndex& index = index_[static_cast<std::size_t>(id)];
    for (; index.slots < end; ++index.slots) {
      index.by_id[original(id, index.slots, 0)].push_back(index.slots);
    }
    const auto found = index.by_id.find(wanted);
    if (found != index.by_id.end()) {
      candidates.insert(candidates.end(), found->second.begin(), found->second.end());
    }
  }
  std::sort(candidates.begin(), candidates.end());
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](std::uint64_t slot) {
    return slot_of(id, record_id(slot)) && value(id, slot, 0) == wanted;
  });
  return found == candidates.end() ? std::nullopt : std::optional(*found);
}

const Records::Changes* Records::changes(TableId id, std::uint64_t slot) const {
  const auto found = table(id).changed.find(slot);
  return found == table(id).changed.end() ? nullptr : &found->second;
}

Records::Changes& Records::changing(TableId id, std::uint64_t slot) {
  const auto [found, is_new] = table(id).changed.try_emplace(slot);
  if (is_new) found->second.mod_id = clinic_.mod_id(slot);
  return found->second;
}

std::uint64_t Records::mod_id(TableId id, std::uint64_t slot) const {
  const std::shared_lock lock(mutex_);
  const Changes* changed = changes(id, slot);
  return changed != nullptr ? changed->mod_id : clinic_.mod_id(slot);
}

bool Records::was_edited(TableId id, std::uint64_t slot) const {
  const std::shared_lock lock(mutex_);
  return changes(id, slot) != nullptr;
}

std::string Records::value(TableId id, std::uint64_t slot, std::size_t field) const {
  {
    const std::shared_lock lock(mutex_);
    const Changes* changed = changes(id, slot);
    if (changed != nullptr) {
      const auto found = changed->fields.find(field);
      if (found != changed->fields.end()) return found->second;
      if (changed->created) return {};
    }
  }
  return original(id, slot, field);
}

std::string Records::original(TableId id, std::uint64_t slot, std::size_t field) const {
  if (id == TableId::images) {
    switch (field) {
      case image_field::id:
        return clinic_.id(slot);
      case image_field::id_patient:
        return clinic_.patient_id(slot);
      case image_field::image_date:
        return clinic_.image_date(slot);
      case image_field::category:
        return std::string(clinic_.category(slot));
      case image_field::modified_by:
        return "reception";
      default:
        return {};
    }
  }
  if (field == 0) return clinic_.patient_uuid(slot);
  Patient patient = clinic_.patient(slot);
  switch (field) {
    case 1:
      return std::move(patient.first_name);
    case 2:
      return std::move(patient.last_name);
    case 3:
      return std::move(patient.date_of_birth);
    case 4:
      return std::to_string(patient.chart_number);
    default:
      return "reception";
  }
}

std::optional<std::uint64_t> Records::origin(std::uint64_t slot) const {
  const std::shared_lock lock(mutex_);
  const Changes* changed = changes(TableId::images, slot);
  if (changed == nullptr || !changed->created) return slot;
  return changed->copy_of;
}

std::optional<Upload> Records::find_upload(std::uint64_t slot, std::size_t container) const {
  const std::shared_lock lock(mutex_);
  const Changes* changed = changes(TableId::images, slot);
  if (changed == nullptr) return std::nullopt;
  const auto found = changed->uploads.find(container);
  if (found == changed->uploads.end()) return std::nullopt;
  return found->second;
}

bool Records::was_emptied(std::uint64_t slot, std::size_t container) const {
  const std::shared_lock lock(mutex_);
  const Changes* changed = changes(TableId::images, slot);
  return changed != nullptr && changed->emptied.contains(container);
}

std::array<ContainerNow, k_containers> Records::containers(std::uint64_t slot) const {
  std::array<ContainerNow, k_containers> now;
  if (const auto from = origin(slot)) {
    const Containers planned = clinic_.containers(*from);
    for (std::size_t i = 0; i < k_containers; ++i) {
      const Container& plan = planned[i];
      const bool words = plan.filling != Filling::empty && plan.filling != Filling::filled;
      now[i] = {plan.filling,
                words ? clinic_.container_text(*from, i) : std::string(),
                std::string(plan.shown_extension),
                std::string(media_type(plan.format)),
                plan.additional,
                plan.external};
    }
  }
  if (!was_edited(TableId::images, slot)) return now;
  for (std::size_t i = 0; i < k_containers; ++i) {
    const auto upload = find_upload(slot, i);
    if (was_emptied(slot, i)) now[i] = {};
    if (!upload) continue;
    const std::size_t dot = upload->file_name.rfind('.');
    now[i] = {Filling::filled,
              {},
              dot == std::string::npos ? std::string() : upload->file_name.substr(dot),
              upload->media_type,
              false,
              false};
  }
  return now;
}

std::shared_ptr<const Picture> Records::picture(std::uint64_t slot, std::size_t container) const {
  if (const auto upload = find_upload(slot, container)) {
    return std::make_shared<const Picture>(Picture::uploaded(upload->bytes));
  }
  if (was_emptied(slot, container)) return nullptr;
  const auto from = origin(slot);
  if (!from) return nullptr;
  const Container plan = clinic_.containers(*from)[container];
  if (plan.filling != Filling::filled) return nullptr;
  return std::make_shared<const Picture>(clinic_.picture(*from, container, plan));
}

std::string Records::file_name(std::uint64_t slot, std::size_t container) const {
  if (const auto upload = find_upload(slot, container)) return upload->file_name;
  const auto from = origin(slot);
  if (!from) return {};
  const Container plan = clinic_.containers(*from)[container];
  return clinic_.file_name(*from, container, plan.shown_extension);
}

std::string Records::attribute(std::uint64_t slot, const Attribute& attribute) const {
  const auto bytes = picture(slot, attribute.container);
  if (bytes == nullptr) return {};
  return attribute.is_md5 ? bytes->md5() : std::to_string(bytes->size());
}

std::optional<std::uint64_t> Records::record_at(std::uint64_t position) const {
  const std::shared_lock lock(mutex_);
  const std::uint64_t slot = slot_at(table(TableId::images), position);
  if (slot >= table(TableId::images).slots) return std::nullopt;
  return clinic_.record_id(slot);
}

void Records::lock(std::uint64_t record_id, bool on) {
  const std::unique_lock guard(mutex_);
  if (on) {
    locked_.insert(record_id);
  } else {
    locked_.erase(record_id);
  }
}

void Records::list_edits(const std::function<void(const std::string&)>& line) const {
  const std::shared_lock lock(mutex_);
  const auto& changed = table(TableId::images).changed;
  const std::map<std::uint64_t, Changes> ordered(changed.begin(), changed.end());
  for (const auto& [slot, changes] : ordered) {
    std::string fields = "{";
    for (const auto& [field, value] : changes.fields) {
      append_member(fields, fields_of(TableId::images)[field].name, value);
    }
    std::string text = "{";
    append_member(text, "recordId", std::to_string(clinic_.record_id(slot)));
    append_member(text, "modId", std::to_string(changes.mod_id));
    append_raw_member(text, "fields", fields + "}");
    line(text + "}\n");
  }
}

}  // namespace fmsim
