// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/body.hpp>
#include <fmferry/engine/job.hpp>

namespace fmferry {

// Thumbnails of moved records. Each is made, put under its key and noted in the ledger (step
// `thumbnail`); or the ledger gets the reason why there is none, and that is all that it costs: no
// fate, no try, no stamp. Only an outage of the store that lasts ends a run here as anywhere.
// Whatever the key held is replaced: those keys are for thumbnails only. But what is far too large
// for one is not ours and left alone (`key_taken`).

// Of an object that was stored just now, while its bytes are in memory. Those of large bodies are
// left for make_thumbnails().
Status make_thumbnail_at_hand(const Job& job,
                              const LedgerRow& row,
                              const Body& body,
                              const CallContext& context);

// Phase `thumbnail`: all that are missing, from the objects in the store. What is read at a time is
// as large as one file may be at most.
Status make_thumbnails(const Job& job, const CallContext& context);
// Those that the ledger has and the store lost, anew. Asks the store for each.
Status remake_lost_thumbnails(const Job& job, const CallContext& context);

}  // namespace fmferry
