// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/s3/proof.hpp>

#include <string>

namespace fmferry::s3 {

// Finds out by trying, with one small object under `key`, how this store can prove what it holds
// (promise 2 of the design) and whether it refuses to overwrite:
//   1. the object is put as it should be; what comes back is noted;
//   2. a store that returned our checksum is sent other bytes with a wrong one, any other store
//      other bytes with a wrong signed hash; a store that refuses a lie earns the rung;
//   3. the object is read: bytes of a refused put must not be there;
//   4. it is put twice with If-None-Match: *.
// The object stays; it is the same on every run. Also settles the region when the user named none.
// Errors: `invalid` for a missing bucket or another region, `denied` for keys, rights or the clock,
// each saying what to do.
[[nodiscard]] Result<Findings> probe_store(S3Client& client,
                                           const std::string& key,
                                           const CallContext& context);

}  // namespace fmferry::s3
