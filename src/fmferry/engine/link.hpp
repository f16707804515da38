// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Phase `link`: writes every moved record into the catalogue, under the parent that the catalogue
// knows by the record's parent field. Records without one get the problem `no_parent`, those whose
// id the catalogue has already for another image `catalogue_conflict`; both are tried again by the
// next link. The catalogue commits before the ledger: a cut between the two repeats an upsert that
// changes nothing.
Status link_records(const Job& job, const CallContext& context);

// Deterministic: the same record of the same source, always the same id.
[[nodiscard]] std::string image_id_of(const std::string& source_identity, RecordId record_id);

}  // namespace fmferry
