// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/clinic.hpp>
#include <fmsim/journal.hpp>
#include <fmsim/tables.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace fmsim {

// FileMaker's code for what went wrong with a write; 0 is done.
struct WriteResult {
  int code{0};
  std::uint64_t record_id{0};
  std::uint64_t mod_id{0};
};

using FieldValues = std::map<std::size_t, std::string>;

struct Upload {
  std::string file_name;
  std::string media_type;
  std::shared_ptr<const std::string> bytes;
};

// One of several changes that are made together.
struct RecordChange {
  enum class What : std::uint8_t { edit, create, remove };

  What what{What::edit};
  TableId table{TableId::images};
  std::uint64_t record_id{0};  // of a record that is there
  FieldValues fields;
  std::map<std::size_t, std::optional<Upload>> containers;  // nothing: emptied
};

struct ChangesResult {
  int code{0};        // of the change that was refused
  std::size_t at{0};  // which one that was
  std::vector<WriteResult> done;
};

// One container as it is now: the clinic's, a client's upload, or nothing.
struct ContainerNow {
  Filling filling{Filling::empty};
  std::string text;       // of a reference, a `?` or typed text
  std::string extension;  // as the streaming URL ends
  std::string media_type;
  bool additional{false};
  bool external{false};
};

// The clinic plus what happened to it since: edits, new and deleted records, uploads, locks.
// A slot is a record's index; slots at and above clinic.records() were added later.
// Thread-safe: readers share, writers are alone. Every change is in the journal before a call
// returns.
class Records {
 public:
  Records(const Clinic& clinic, Journal& journal);

  [[nodiscard]] std::uint64_t count(TableId table) const;

  // Calls `visit` with the slots of living records from position `from` (0-based, creation order)
  // until it returns false. No lock is held during the calls.
  void walk(TableId table,
            std::uint64_t from,
            const std::function<bool(std::uint64_t)>& visit) const;

  [[nodiscard]] std::uint64_t record_id(std::uint64_t slot) const {
    return clinic_.record_id(slot);
  }

  [[nodiscard]] std::optional<std::uint64_t> slot_of(TableId table, std::uint64_t record_id) const;
  [[nodiscard]] std::uint64_t mod_id(TableId table, std::uint64_t slot) const;

  // The stored value of a field that is not a container; dates as dates.hpp says.
  [[nodiscard]] std::string value(TableId table, std::uint64_t slot, std::size_t field) const;
  [[nodiscard]] bool was_edited(TableId table, std::uint64_t slot) const;

  [[nodiscard]] std::array<ContainerNow, k_containers> containers(std::uint64_t slot) const;

  // Null when the container holds no bytes.
  [[nodiscard]] std::shared_ptr<const Picture> picture(std::uint64_t slot,
                                                       std::size_t container) const;

  // The name that its file had when it came in.
  [[nodiscard]] std::string file_name(std::uint64_t slot, std::size_t container) const;

  // What FileMaker calculates from a container: GetContainerAttribute's "MD5" (upper-case hex) or
  // "fileSize"; empty when it holds no bytes.
  [[nodiscard]] std::string attribute(std::uint64_t slot, const Attribute& attribute) const;

  // The first living record whose solution id is `id`.
  [[nodiscard]] std::optional<std::uint64_t> slot_with_id(TableId table,
                                                          const std::string& id) const;

  // 101, 301 or 306 when refused; values must have been checked by the caller.
  WriteResult edit(TableId table,
                   std::uint64_t record_id,
                   const FieldValues& values,
                   std::optional<std::uint64_t> expected_mod_id);
  WriteResult create(TableId table, const FieldValues& values);
  WriteResult duplicate(TableId table, std::uint64_t record_id);
  WriteResult remove(TableId table, std::uint64_t record_id);
  WriteResult upload(std::uint64_t record_id, std::size_t container, Upload upload);

  // All of them, or none when one is refused with 101 or 301; nobody sees half of it. With
  // `skip_locked` those that would get 301 are left out instead, and have that code in `done`.
  ChangesResult change_all(const std::vector<RecordChange>& changes, bool skip_locked);

  // One more record of the clinic's own making at the end of API_Images.
  std::uint64_t append();

  // The record at a position (0-based) of API_Images, if there is one.
  [[nodiscard]] std::optional<std::uint64_t> record_at(std::uint64_t position) const;

  // As if another user had the record open.
  void lock(std::uint64_t record_id, bool on);

  // One JSON line for each record of API_Images that was edited, created or filled.
  void list_edits(const std::function<void(const std::string&)>& line) const;

 private:
  struct Changes {
    std::uint64_t mod_id{0};
    bool created{false};                   // has no fields of the clinic's
    std::optional<std::uint64_t> copy_of;  // containers come from that slot
    FieldValues fields;
    std::map<std::size_t, Upload> uploads;
    std::set<std::size_t> emptied;  // containers
  };

  struct Table {
    std::uint64_t slots{0};
    std::set<std::uint64_t> deleted;
    std::unordered_map<std::uint64_t, Changes> changed;
    std::set<std::uint64_t> renamed;  // their id is not the clinic's
  };

  // Slots by the clinic's own ids, made when somebody first asks.
  struct IdIndex {
    std::uint64_t slots{0};  // those below are in it
    std::unordered_map<std::string, std::vector<std::uint64_t>> by_id;
  };

  [[nodiscard]] Table& table(TableId id) { return tables_[static_cast<std::size_t>(id)]; }

  [[nodiscard]] const Table& table(TableId id) const {
    return tables_[static_cast<std::size_t>(id)];
  }

  [[nodiscard]] std::string original(TableId table, std::uint64_t slot, std::size_t field) const;
  [[nodiscard]] std::optional<std::uint64_t> living(TableId id, std::uint64_t record_id) const;
  [[nodiscard]] const Changes* changes(TableId id, std::uint64_t slot) const;
  [[nodiscard]] bool was_emptied(std::uint64_t slot, std::size_t container) const;
  [[nodiscard]] std::optional<Upload> find_upload(std::uint64_t slot, std::size_t container) const;
  [[nodiscard]] std::optional<std::uint64_t> origin(std::uint64_t slot) const;
  Changes& changing(TableId id, std::uint64_t slot);
  [[nodiscard]] std::uint64_t slot_at(const Table& table, std::uint64_t position) const;
  void apply(const JournalEntry& entry);
  void commit(JournalEntry entry);
  WriteResult make(const RecordChange& change);
  void fill(TableId id,
            std::uint64_t slot,
            std::uint64_t mod_id,
            const std::map<std::size_t, std::optional<Upload>>& containers);

  const Clinic& clinic_;
  Journal& journal_;
  mutable std::shared_mutex mutex_;
  mutable std::mutex index_mutex_;
  mutable std::array<IdIndex, 2> index_;
  std::array<Table, 2> tables_;
  std::unordered_set<std::uint64_t> locked_;
};

}  // namespace fmsim
