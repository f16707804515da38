// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Phase `export`: every pending record gets its fate. Fetch and put overlap: `width` threads read
// from the source, `store_width` threads put, prove, record and stamp; between them at most
// width + 2 parts are in memory.
//
// A record's own faults cost it a try, and it is taken up again after all others; after max_tries
// it is quarantined. The source's or the store's failing costs it nothing. Answers when no record
// is pending any more, or the limit is reached.
//
// `budget` when max_bytes is reached (byte_line.hpp says when exactly), or when the source gives no
// more by a limit of its own. Nothing more is fetched then; what was fetched is stored, and nothing
// costs a record a try.
Status transfer(const Job& job, const CallContext& context);

}  // namespace fmferry
