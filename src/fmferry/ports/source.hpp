// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/sink.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fmferry {

struct SourceCapabilities {
  bool write_back{false};  // can write the mark and the stamp
  bool file_names{false};  // knows the container's original file name
  bool settled{false};     // a closed file: the same call gives the same answer each time
  bool tells_emptiness{
      true};             // a listing shows which containers are filled; else all are `unknown`
  int polite_page{100};  // records a page at most
  int write_batch{1};    // records that write_many() likes at once; 1: it gains nothing
};

// A part of the listing, in the source's own order.
struct Page {
  std::int64_t offset{1};       // 1-based position of the first record
  std::int64_t found_count{0};  // how many records the whole listing had when this page was made
  std::vector<Record> records{};
};

// What was learned about a body besides its bytes.
struct ContainerInfo {
  std::int64_t length{0};       // bytes handed to the sink
  bool length_announced{true};  // the source said it beforehand, so a body cut short is noticed
  std::string claimed_type{};   // the source's Content-Type; a hint, never trusted
  std::string file_name{};      // empty when the source does not tell
  // Other renditions in the same container and their lengths ("PDF :12345 JPEG:999"); usually
  // empty.
  std::string alternatives{};
  bool verified{false};  // the source proved these bytes by a checksum that it keeps itself
};

// One write of many; see Source::write().
struct RecordWrite {
  RecordId record_id{0};
  FieldUpdates updates{};
  std::optional<std::int64_t> expected_mod_id{};
};

// An error that is no record's own: those of a batch that are left will end with it, too.
[[nodiscard]] bool ends_a_batch(const Error& error);

// The origin_code of fetch()'s `corrupt` when a container holds something that is no file (`?`,
// typed text, a reference): it will never come right.
inline constexpr int k_holds_no_file = -1;

// Where the records are. All calls are thread-safe and block; a failed call changes nothing but
// where the error is `in_doubt`. Errors: `unavailable`, `throttled`, `timeout` when the service
// falls over; `denied` for credentials and rights; `invalid` when the layout or a field is unknown;
// `budget` when the licence's data limit is reached.
class Source {
 public:
  virtual ~Source() = default;

  [[nodiscard]] virtual SourceCapabilities capabilities() const = 0;
  // A name that stays the same as long as it is the same table of the same solution; part of
  // deterministic ids. No credentials in it.
  [[nodiscard]] virtual std::string identity() const = 0;
  // Proves that the table, its fields and the rights are as configured. Also the breaker's probe.
  virtual Status check(const CallContext& context) = 0;
  virtual Result<std::int64_t> count(const CallContext& context) = 0;
  // Records offset .. offset+limit-1; an empty page past the end. A failure is an error, never an
  // empty page.
  virtual Result<Page> page(std::int64_t offset, int limit, const CallContext& context) = 0;
  // One record as it is now, with handles fresh enough to fetch. `not_found` only when the source
  // itself says that it is gone.
  virtual Result<Record> read(RecordId record_id, const CallContext& context) = 0;
  // Streams the bytes to the sink, whose error ends it as its own result and is no fault of the
  // service's: so a caller who has seen enough ends it. context.on_length is told the length first
  // where the source knows it by then. `corrupt` when fewer or other bytes came than were
  // announced; `not_found` when the container turns out to be empty. The sink may have seen a part
  // of the bytes when this fails.
  virtual Result<ContainerInfo> fetch(const Record& record,
                                      const Container& container,
                                      const ByteSink& sink,
                                      const CallContext& context) = 0;
  // Sets fields of one record and returns its new mod_id. `conflict` when it is locked, or when
  // expected_mod_id is given and it was changed meanwhile; `invalid` when a value or field is
  // refused; `in_doubt` when the reply was lost.
  virtual Result<std::int64_t> write(RecordId record_id,
                                     const FieldUpdates& updates,
                                     std::optional<std::int64_t> expected_mod_id,
                                     const CallContext& context) = 0;
  // The same for many records, in as few requests as the source can: one result a write, in their
  // order, each with the errors of write(). A record's own error is its own; when the service fails
  // or nothing more is to be tried, the records that are left have that error. No record twice.
  virtual std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                                       const CallContext& context);

  // The source is to have a rest: lets go of what it keeps for us without need, its sessions above
  // all. The next call takes them up again; handles of before may have to be read anew.
  virtual void rest() {}

  // Ends all sessions at the source. Safe to call twice; also done by the destructor.
  virtual void close() = 0;
};

}  // namespace fmferry
