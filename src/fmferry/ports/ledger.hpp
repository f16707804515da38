// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/fate.hpp>
#include <fmferry/core/record.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fmferry {

// What makes two runs the same job. A ledger belongs to one job; a run with another one is refused.
struct JobIdentity {
  std::string source{};  // Source::identity(); empty: whatever it is
  std::string store{};   // ObjectStore::identity()
  std::string key_template{};
  std::string containers{};  // the waterfall, comma separated
};

// A verified object.
struct StoredObject {
  std::string field{};  // the container it came from
  std::string key{};
  std::int64_t length{0};
  std::string sha256{};  // raw
  std::string media_type{};
  std::optional<int> width{};
  std::optional<int> height{};
  std::optional<int> orientation{};  // this and the next two: see Inspection
  std::string taken{};
  std::optional<int> pages{};
  std::string etag{};
  std::string proof{};
  std::string file_name{};     // the original name; empty when the source does not tell
  std::string alternatives{};  // see ContainerInfo
};

// A small picture of a stored object, in the same store.
struct StoredThumbnail {
  std::string key{};
  std::int64_t length{0};
  int width{0};
  int height{0};
};

// What a walk through the source saw of one record.
struct SeenRecord {
  RecordId record_id{0};
  std::int64_t mod_id{0};
  std::string id{};
  std::string parent{};
  std::string day{};  // YYYY-MM-DD or empty
  std::string category{};
  std::map<std::string, std::string> fields{};  // what else the catalogue's mapping asks for
  std::string mark{};                           // what the mark field holds now
  std::string choice{};  // empty: nothing to move, and `fate` says why; pending: not known yet
  Fate fate{Fate::pending};
  std::string reason{};
};

struct LedgerRow {
  SeenRecord seen{};
  bool present{true};         // in the source at the last complete walk
  bool changed_since{false};  // somebody else edited it after it was moved
  Fate fate{Fate::pending};
  std::string reason{};
  std::string choice{};
  std::string mark{};  // what the mark field at the source holds, as far as we know
  int tries{0};
  std::optional<StoredObject> stored{};
  std::string stamped_at{};     // ISO 8601 UTC; empty: not stamped
  std::string stamp_problem{};  // why the mark or stamp is not there: a reason code
  std::string image_id{};       // empty: not linked
  std::string parent_id{};      // the application's own id of the parent it was linked to
  std::string link_problem{};   // why it is not linked: a reason code
  std::optional<StoredThumbnail> thumbnail{};
  std::string thumbnail_problem{};  // why there is none: a reason code
};

// Which work is due.
enum class Phase {
  mark,       // pending, chosen, and the source's mark differs
  move,       // pending
  stamp,      // moved, not stamped, no problem noted
  remark,     // the mark at the source is not what was really moved: that field, or none if corrupt
  link,       // moved, not linked, no problem noted
  thumbnail,  // moved, no thumbnail, no problem noted
};

enum class Step {
  seen,
  marked,
  tried,
  stored,
  stamped,
  unstamped,
  linked,
  thumbnail,
  fate,
  gone,
  run
};

[[nodiscard]] std::string_view name_of(Step step);

// One step of one record. Only what is set is changed.
struct StepUpdate {
  RecordId record_id{0};
  Step step{Step::tried};
  std::optional<Fate> fate{};
  std::optional<std::string> reason{};
  std::optional<std::string> choice{};
  std::optional<std::string> mark{};
  std::optional<std::int64_t> mod_id{};
  std::optional<StoredObject> stored{};
  std::optional<std::string> stamped_at{};
  std::optional<std::string> stamp_problem{};
  std::optional<std::string> image_id{};
  std::optional<std::string> parent_id{};
  std::optional<std::string> link_problem{};
  std::optional<StoredThumbnail> thumbnail{};
  std::optional<std::string> thumbnail_problem{};
  bool count_try{false};
};

struct LedgerCounts {
  std::map<Fate, std::int64_t> fates{};           // present records only; they add up to `present`
  std::map<std::string, std::int64_t> reasons{};  // of the fates that have one
  std::int64_t present{0};
  std::int64_t gone{0};           // no longer in the source
  std::int64_t gone_moved{0};     // of these, moved before they left
  std::int64_t source_count{-1};  // as the source itself said at the last complete walk; -1: never
  std::int64_t bytes_moved{0};
  std::int64_t marked{0};
  std::int64_t stamped{0};
  std::int64_t linked{0};
  std::int64_t thumbnails{0};
  std::map<std::string, std::int64_t> stamp_problems{};
  std::map<std::string, std::int64_t> link_problems{};
  std::map<std::string, std::int64_t> thumbnail_problems{};
  std::int64_t changed_since{0};
  std::int64_t same_bytes{
      0};  // moved records whose bytes an earlier one had already; gone ones too
};

// Moved records whose stored bytes are the same; gone ones, too.
struct SameBytes {
  std::string sha256{};  // raw
  std::int64_t length{0};
  std::int64_t records{0};
  std::int64_t objects{0};  // that hold these bytes
};

struct WalkResult {
  std::int64_t seen{0};   // distinct records in this walk
  std::int64_t added{0};  // new since the last one
  std::int64_t changed{0};
  std::int64_t gone{0};
};

// What the ledger knows besides records.
enum class Fact {
  source,     // what bind() wrote first: ids are made of it, whichever way a record came
  pushed_to,  // the source that marks and stamps were pushed to: bind() takes it as well
  push_time,  // seconds since 1970 that the stamps of a push say, until it has come to its end
};

[[nodiscard]] std::string_view name_of(Fact fact);

// fmferry's durable memory: one row a record, one hash-chained event a step. What a call has
// returned success for survives kill -9 and a power cut. Thread-safe; one process writes at a time
// (a second one gets `busy` when it opens the ledger). A failed call changed nothing.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // Writes the identity into a new ledger, or compares: `invalid`, naming what differs.
  // Empty parts are neither written nor compared.
  virtual Status bind(const JobIdentity& job) = 0;

  // A walk is one complete pass through the source. Records seen before keep their progress; one
  // whose mod_id changed since starts anew, unless it was moved: then changed_since is set. One
  // that was not moved also starts anew when it has another id.
  virtual Status begin_walk() = 0;
  // For each record whether it had been seen already in this walk; all are seen afterwards.
  virtual Result<std::vector<bool>> see(std::span<const SeenRecord> records) = 0;

  // Records not seen in this walk are gone. With unique_ids, records that share an id become
  // `duplicate` (unless moved already), and those that no longer share one become pending again;
  // fold_case compares ids without regard to ASCII case.
  struct WalkRules {
    bool unique_ids{true};
    bool fold_case{false};
  };

  virtual Result<WalkResult> end_walk(std::int64_t source_count, WalkRules rules) = 0;

  // Due work in the order of recordIds, after the given one, at most `limit` rows.
  virtual Result<std::vector<LedgerRow>> due(Phase phase, RecordId after, int limit) = 0;
  virtual Result<std::int64_t> due_count(Phase phase) = 0;
  // Durable when it returns. Concurrent calls share one commit.
  virtual Status record(std::span<const StepUpdate> updates) = 0;

  virtual Result<LedgerCounts> counts() = 0;
  // All rows in the order of recordIds, gone ones included, after the given one.
  virtual Result<std::vector<LedgerRow>> rows(RecordId after, int limit) = 0;
  // Every SHA-256 that several moved records have, beginning with those that take most room.
  virtual Result<std::vector<SameBytes>> same_bytes() = 0;
  // For each key whether a row has it, gone ones included.
  virtual Result<std::vector<bool>> owns(std::span<const std::string> keys) = 0;
  // Takes quarantined, corrupt and refused records of this reason (empty: quarantined ones of any
  // reason) up again, with their tries at 0. Answers how many.
  virtual Result<std::int64_t> requeue(std::string_view reason) = 0;
  // Lets stamps, links and thumbnails that failed with a reason be tried again; but what is
  // `not_a_picture` stays so until other bytes are stored.
  virtual Status clear_problems() = 0;
  virtual Status keep(Fact fact, std::string_view value) = 0;
  virtual Result<std::string> kept(Fact fact) = 0;  // empty: nothing
  // Marks the beginning and the end of a run in the events.
  virtual Status note_run(std::string_view text) = 0;
};

// Shows every row, gone ones included, in the order of recordIds. Ends at the first error.
Status for_each_row(Ledger& ledger, const std::function<Status(const LedgerRow&)>& look);

// The row of this record; nothing when the ledger does not know it.
Result<std::optional<LedgerRow>> row_of(Ledger& ledger, RecordId record_id);

}  // namespace fmferry
