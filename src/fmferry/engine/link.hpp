// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Phase `link`: writes every moved record into the catalogue, under the parent that the catalogue
// knows by what the record says about it. Records without one get the problem `no_parent`, those
// that the catalogue refuses `catalogue_conflict` or `catalogue_misfit`; all are tried again by the
// next link. The catalogue commits before the ledger: a cut between the two repeats an upsert that
// changes nothing.
Status link_records(const Job& job, const CallContext& context);

struct RelinkReport {
  std::int64_t records{0};   // moved ones
  std::int64_t relinked{0};  // have another parent than before, or one at last
  std::int64_t parentless{0};
  std::int64_t refused{0};  // by the catalogue
  UpsertCounts written{};
};

// After the application's parents were imported anew: looks every moved record's parent up again,
// and writes what differs. What is as it was stays untouched.
Result<RelinkReport> relink_records(const Job& job, const CallContext& context);

struct LinkPlan {
  UpsertCounts counts{};  // groups counted once
  std::vector<RecordId> parentless{};
  std::vector<RecordId> refused{};  // by the catalogue: conflicts and misfits
  std::vector<PlannedRow> rows{};   // the first of each table, for people to look at
};

// What link_records() would write; writes nothing, neither there nor in the ledger.
Result<LinkPlan> plan_links(const Job& job, int rows_shown, const CallContext& context);

// Deterministic: the same record of the same source, always the same id.
[[nodiscard]] std::string image_id_of(const std::string& source_identity, RecordId record_id);

}  // namespace fmferry
