// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/records.hpp>

#include <mutex>
#include <utility>

namespace fmsim {

// Both the replay and a live write end here, so that a restart rebuilds what clients saw.
void Records::apply(const JournalEntry& entry) {
  const auto id = static_cast<TableId>(entry.table);
  Table& rows = table(id);
  switch (entry.what) {
    case JournalEntry::What::append:
      rows.slots = entry.slot + 1;
      return;
    case JournalEntry::What::remove:
      rows.deleted.insert(entry.slot);
      return;
    case JournalEntry::What::create:
    case JournalEntry::What::duplicate:
      rows.slots = entry.slot + 1;
      break;
    case JournalEntry::What::edit:
    case JournalEntry::What::upload:
    case JournalEntry::What::empty:
      break;
  }
  Changes& changed = changing(id, entry.slot);
  changed.mod_id = entry.mod_id;
  if (entry.what == JournalEntry::What::create || entry.what == JournalEntry::What::duplicate) {
    changed.created = true;
  }
  if (entry.what == JournalEntry::What::duplicate) changed.copy_of = entry.source;
  for (const auto& [field, value] : entry.fields) changed.fields[field] = value;
  // Field 0 is the id in both tables.
  if (changed.created || entry.fields.contains(0)) rows.renamed.insert(entry.slot);
  if (entry.what == JournalEntry::What::upload) {
    changed.uploads[entry.container] = {entry.file_name, entry.media_type, entry.bytes};
    changed.emptied.erase(entry.container);
  }
  if (entry.what == JournalEntry::What::empty) {
    changed.uploads.erase(entry.container);
    changed.emptied.insert(entry.container);
  }
}

void Records::commit(JournalEntry entry) {
  journal_.append(entry);
  apply(entry);
}

WriteResult Records::edit(TableId id,
                          std::uint64_t record_id,
                          const FieldValues& values,
                          std::optional<std::uint64_t> expected_mod_id) {
  const std::unique_lock guard(mutex_);
  const auto slot = living(id, record_id);
  if (!slot) return {code::record_missing};
  if (id == TableId::images && locked_.contains(record_id)) return {code::record_in_use};
  const Changes* changed = changes(id, *slot);
  const std::uint64_t now = changed != nullptr ? changed->mod_id : clinic_.mod_id(*slot);
  if (expected_mod_id && *expected_mod_id != now) return {code::mod_id_differs};
  JournalEntry entry;
  entry.table = static_cast<std::size_t>(id);
  entry.slot = *slot;
  entry.mod_id = now + 1;
  entry.fields = values;
  commit(std::move(entry));
  return {0, record_id, now + 1};
}

WriteResult Records::create(TableId id, const FieldValues& values) {
  const std::unique_lock guard(mutex_);
  JournalEntry entry;
  entry.what = JournalEntry::What::create;
  entry.table = static_cast<std::size_t>(id);
  entry.slot = table(id).slots;
  entry.fields = values;
  const std::uint64_t record_id = clinic_.record_id(entry.slot);
  commit(std::move(entry));
  return {0, record_id, 0};
}

WriteResult Records::duplicate(TableId id, std::uint64_t record_id) {
  const auto source = slot_of(id, record_id);
  if (!source) return {code::record_missing};
  JournalEntry entry;
  entry.what = JournalEntry::What::duplicate;
  entry.table = static_cast<std::size_t>(id);
  for (std::size_t field = 0; field < stored_fields_of(id).size(); ++field) {
    if (!container_of(id, field)) entry.fields[field] = value(id, *source, field);
  }
  entry.source = origin(*source).value_or(*source);
  const std::unique_lock guard(mutex_);
  entry.slot = table(id).slots;
  const std::uint64_t made = clinic_.record_id(entry.slot);
  commit(std::move(entry));
  return {0, made, 0};
}

WriteResult Records::remove(TableId id, std::uint64_t record_id) {
  const std::unique_lock guard(mutex_);
  const auto slot = living(id, record_id);
  if (!slot) return {code::record_missing};
  if (id == TableId::images && locked_.contains(record_id)) return {code::record_in_use};
  JournalEntry entry;
  entry.what = JournalEntry::What::remove;
  entry.table = static_cast<std::size_t>(id);
  entry.slot = *slot;
  commit(std::move(entry));
  return {};
}

WriteResult Records::upload(std::uint64_t record_id, std::size_t container, Upload upload) {
  const std::unique_lock guard(mutex_);
  const auto slot = living(TableId::images, record_id);
  if (!slot) return {code::record_missing};
  if (locked_.contains(record_id)) return {code::record_in_use};
  const Changes* changed = changes(TableId::images, *slot);
  JournalEntry entry;
  entry.what = JournalEntry::What::upload;
  entry.slot = *slot;
  entry.mod_id = (changed != nullptr ? changed->mod_id : clinic_.mod_id(*slot)) + 1;
  entry.container = container;
  entry.file_name = std::move(upload.file_name);
  entry.media_type = std::move(upload.media_type);
  entry.bytes = std::move(upload.bytes);
  const std::uint64_t mod_id = entry.mod_id;
  commit(std::move(entry));
  return {0, record_id, mod_id};
}

void Records::fill(TableId id,
                   std::uint64_t slot,
                   std::uint64_t mod_id,
                   const std::map<std::size_t, std::optional<Upload>>& containers) {
  for (const auto& [container, upload] : containers) {
    JournalEntry entry;
    entry.what = upload ? JournalEntry::What::upload : JournalEntry::What::empty;
    entry.table = static_cast<std::size_t>(id);
    entry.slot = slot;
    entry.mod_id = mod_id;
    entry.container = container;
    if (upload) {
      entry.file_name = upload->file_name;
      entry.media_type = upload->media_type;
      entry.bytes = upload->bytes;
    }
    commit(std::move(entry));
  }
}

WriteResult Records::make(const RecordChange& change) {
  JournalEntry entry;
  entry.table = static_cast<std::size_t>(change.table);
  entry.fields = change.fields;
  if (change.what == RecordChange::What::create) {
    entry.what = JournalEntry::What::create;
    entry.slot = table(change.table).slots;
  } else {
    entry.slot = *living(change.table, change.record_id);
    const Changes* changed = changes(change.table, entry.slot);
    entry.mod_id = (changed != nullptr ? changed->mod_id : clinic_.mod_id(entry.slot)) + 1;
    if (change.what == RecordChange::What::remove) entry.what = JournalEntry::What::remove;
  }
  const WriteResult result{0, clinic_.record_id(entry.slot), entry.mod_id};
  const std::uint64_t slot = entry.slot;
  commit(std::move(entry));
  fill(change.table, slot, result.mod_id, change.containers);
  return result;
}

ChangesResult Records::change_all(const std::vector<RecordChange>& wanted, bool skip_locked) {
  const std::unique_lock guard(mutex_);
  const auto is_locked = [this](const RecordChange& change) {
    return change.what != RecordChange::What::create && change.table == TableId::images &&
           locked_.contains(change.record_id);
  };
  std::set<std::pair<TableId, std::uint64_t>> removed;
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    const RecordChange& change = wanted[at];
    if (change.what == RecordChange::What::create) continue;
    const std::pair record{change.table, change.record_id};
    if (!living(change.table, change.record_id) || removed.contains(record)) {
      return {code::record_missing, at, {}};
    }
    if (is_locked(change) && !skip_locked) return {code::record_in_use, at, {}};
    if (change.what == RecordChange::What::remove) removed.insert(record);
  }
  ChangesResult result;
  for (const RecordChange& change : wanted) {
    result.done.push_back(is_locked(change) ? WriteResult{code::record_in_use, change.record_id}
                                            : make(change));
  }
  return result;
}

std::uint64_t Records::append() {
  const std::unique_lock guard(mutex_);
  JournalEntry entry;
  entry.what = JournalEntry::What::append;
  entry.slot = table(TableId::images).slots;
  const std::uint64_t record_id = clinic_.record_id(entry.slot);
  commit(std::move(entry));
  return record_id;
}

}  // namespace fmsim
