// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/read_back.hpp>

namespace fmferry {
namespace {

constexpr int k_outages_an_object = 4;

}  // namespace

Result<std::string> read_back_patiently(ObjectStore& store,
                                        const std::string& key,
                                        const CallContext& context) {
  for (int outages = 0;; ++outages) {
    auto hash = read_back_sha256(store, key, context);
    if (hash || disposition_of(hash.error()) != Disposition::wait_and_retry) return hash;
    // A reading is tried once a call; this one waits the outage out.
    FMF_TRY(store.head(key, context));
    if (outages < k_outages_an_object) continue;
    Error error = std::move(hash).error();
    error.kind = ErrorKind::corrupt;
    error.what = "the store failed on this object again and again: " + error.what;
    return fail(std::move(error));
  }
}

}  // namespace fmferry
