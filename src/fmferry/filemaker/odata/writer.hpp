// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/rows.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <span>

namespace fmferry::odata {

// Writes to many records in few requests: the same values by one PATCH with a filter, different
// ones by a changeset of a batch.
//
// A filter names the modification that each record must still have, where the server can filter by
// it, and the number of rows that it says it changed must be right; if not, the records are looked
// up. Where it can't, and in a changeset, the modifications are read right before, so that an edit
// in between is overwritten in these two fields. A refused request is split until the record that
// it was refused for stands alone. Thread-safe.
class Writer {
 public:
  Writer(const Api& api, const Address& address) : api_(api), address_(address) {}

  // One result a write, in their order, as Source::write_many() promises.
  std::vector<Result<std::int64_t>> write(const Ways& ways,
                                          std::span<const RecordWrite> writes,
                                          const CallContext& context);

 private:
  friend class WriteCall;

  const Api& api_;
  const Address& address_;
  // Seen once that a write adds one to ROWMODID and that values come back as they were sent; from
  // then on neither is looked up.
  std::atomic<bool> counts_by_one_{false};

  // What stands behind the server's own timestamps, once one was seen that we wrote; else as found
  // out before.
  [[nodiscard]] std::string zone(const Ways& ways) const;
  void learn_zone(std::string zone);

  mutable std::mutex mutex_;
  std::string zone_;  // guarded by mutex_
};

// The filter that finds a set of records.
struct Sought {
  RecordId record_id{0};
  std::optional<std::int64_t> mod_id{};
};

// "(ROWMODID eq 3 and (ROWID eq 1 or ROWID eq 2)) or ROWID eq 7"; `sought` in the order of mod ids.
[[nodiscard]] std::string filter_for(std::span<const Sought> sought);

}  // namespace fmferry::odata
