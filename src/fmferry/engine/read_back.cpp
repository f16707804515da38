// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/foundation/digest.hpp>

#include <optional>

namespace fmferry {
namespace {

constexpr int k_failures_an_object = 4;
constexpr int k_failures_a_container = 4;

Error again_and_again(Error error, std::string_view who) {
  error.kind = ErrorKind::corrupt;
  error.what = "the " + std::string(who) + " again and again: " + error.what;
  return error;
}

}  // namespace

Result<ObjectInfo> get_patiently(ObjectStore& store,
                                 const std::string& key,
                                 const std::function<ByteSink()>& begin,
                                 const CallContext& context) {
  for (int failures = 0;; ++failures) {
    auto info = store.get(key, begin(), context);
    if (info) return info;
    const Error& error = info.error();
    const bool may_pass =
        disposition_of(error) == Disposition::wait_and_retry || error.kind == ErrorKind::corrupt;
    if (!may_pass) return info;
    // A reading is tried once a call; head() waits the outage out.
    FMF_TRY(store.head(key, context));
    if (failures == k_failures_an_object) {
      return fail(again_and_again(std::move(info).error(), "store failed on this object"));
    }
  }
}

Result<std::string> read_back_patiently(ObjectStore& store,
                                        const std::string& key,
                                        const CallContext& context) {
  FMF_TRY_ASSIGN(const Digests digests, digests_in_store(store, key, context));
  return digests.sha256;
}

Result<Digests> digests_in_store(ObjectStore& store,
                                 const std::string& key,
                                 const CallContext& context) {
  std::optional<TwoHashers> hashers;
  FMF_TRY(get_patiently(
      store, key, [&] { return hashers.emplace().sink(); }, context));
  return hashers->finish();
}

Result<Digests> digests_at_source(Source& source,
                                  const Record& record,
                                  const std::string& field,
                                  const CallContext& context) {
  Record now = record;
  for (int failures = 0;; ++failures) {
    const Container* container = now.container(field);
    if (container == nullptr || !may_hold_file(*container)) {
      return fail(ErrorKind::not_found, "the container holds no file any more");
    }
    TwoHashers hashers;
    auto info = source.fetch(now, *container, hashers.sink(), context);
    if (info) return hashers.finish();
    const Disposition what = disposition_of(info.error());
    if (what != Disposition::wait_and_retry && what != Disposition::retry) {
      return fail(std::move(info).error());
    }
    if (failures == k_failures_a_container) {
      return fail(again_and_again(std::move(info).error(), "source failed on this container"));
    }
    // Waits an outage out, and brings fresh handles: the old ones died with it.
    FMF_TRY_ASSIGN(now, source.read(record.record_id, context));
  }
}

}  // namespace fmferry
