// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/body.hpp>
#include <fmferry/engine/job.hpp>

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace fmferry {

// What became of a record whose bytes were looked at, whichever way they came: into the ledger, and
// counted in the progress.

// One record's good container, with what is known of its bytes.
struct Arrival {
  const LedgerRow& row;  // with the mod_id that the record had when its bytes were taken
  const std::string& field;
  const Body::Facts& facts;
  const ContainerInfo& info;
};

// Why the bytes are not good; empty when nothing speaks against them.
[[nodiscard]] std::string_view flaw_of(const Body::Facts& facts);

// `sha256` (raw) may be empty where the template does not use it.
[[nodiscard]] std::string key_of(const JobSettings& settings,
                                 const LedgerRow& row,
                                 const std::string& field,
                                 const std::string& extension,
                                 const std::string& sha256);

// Why no key can be made for this record, whatever its bytes are; empty when one can.
[[nodiscard]] std::string_view unnameable(const JobSettings& settings, const LedgerRow& row);

// What was found in a record none of whose containers is good.
struct Findings {
  std::string_view flaw{};  // the worst
  std::string flawed{};     // the first container that held something like a file
  bool unreachable{false};  // one holds something that is no file

  // This container held something like a file, but a bad one.
  void add(const std::string& field, std::string_view flaw_there);
};

[[nodiscard]] StepUpdate hopeless(const LedgerRow& row,
                                  const Record& record,
                                  const Findings& findings);

// Where keys are made of the bytes, several records may put one object at the same time. They do so
// one after the other: what a failed proof undoes must not be what another record believes in.
// Thread-safe.
class SharedKeys {
 public:
  [[nodiscard]] std::unique_lock<std::mutex> lock(const JobSettings& settings,
                                                  const std::string& key);

 private:
  std::array<std::mutex, 16> mutexes_;  // a key has always the same one
};

// Puts the object. If something lies under its key, and that is these bytes (an earlier run was cut
// off before it could write that down, or another record has them too), it is ours; otherwise
// `conflict`, or `in_doubt` where it is this job's own object that is damaged.
[[nodiscard]] Result<Receipt> put_or_adopt(const Job& job,
                                           SharedKeys& shared,
                                           const Body::Facts& facts,
                                           const std::function<Result<Receipt>()>& put,
                                           const CallContext& context);

// The record was edited, its picture was not: what the ledger says is stored is read and hashed.
[[nodiscard]] bool unchanged_since_stored(const Job& job,
                                          const LedgerRow& row,
                                          const Body::Facts& facts,
                                          const CallContext& context);

// The object is proven: step `stored`. Answers the row as it is now, to be stamped.
Result<LedgerRow> note_moved(const Job& job, const Arrival& arrival, const Receipt& receipt);

Status note_refused(const Job& job, const LedgerRow& row, std::string_view why);

// The record's own fault costs a try; the last one its freedom. All else ends the run. What a
// settled source fails on, it fails on each time. True: it is to be tried again.
Result<bool> note_failure(const Job& job,
                          const LedgerRow& row,
                          const Error& error,
                          std::string_view why,
                          const CallContext& context);

}  // namespace fmferry
