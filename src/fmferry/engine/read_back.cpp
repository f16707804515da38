// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/foundation/digest.hpp>

namespace fmferry {
namespace {

constexpr int k_outages_an_object = 4;
constexpr int k_failures_a_container = 4;

class TwoHashers {
 public:
  ByteSink sink() {
    return [this](ByteView bytes) -> Status {
      sha256_.update(bytes);
      md5_.update(bytes);
      length_ += static_cast<std::int64_t>(bytes.size());
      return {};
    };
  }

  Digests finish() { return {.sha256 = sha256_.finish(), .md5 = md5_.finish(), .length = length_}; }

 private:
  Hasher sha256_;
  Hasher md5_{HashAlgorithm::md5};
  std::int64_t length_{0};
};

Error again_and_again(Error error, std::string_view who) {
  error.kind = ErrorKind::corrupt;
  error.what = "the " + std::string(who) + " again and again: " + error.what;
  return error;
}

// A reading is tried once a call; head() waits the outage out.
template <class Reading>
std::invoke_result_t<Reading> read_patiently(ObjectStore& store,
                                             const std::string& key,
                                             const CallContext& context,
                                             const Reading& reading) {
  for (int outages = 0;; ++outages) {
    auto hash = reading();
    if (hash || disposition_of(hash.error()) != Disposition::wait_and_retry) return hash;
    FMF_TRY(store.head(key, context));
    if (outages < k_outages_an_object) continue;
    return fail(again_and_again(std::move(hash).error(), "store failed on this object"));
  }
}

}  // namespace

Result<std::string> read_back_patiently(ObjectStore& store,
                                        const std::string& key,
                                        const CallContext& context) {
  return read_patiently(store, key, context, [&] { return read_back_sha256(store, key, context); });
}

Result<Digests> digests_in_store(ObjectStore& store,
                                 const std::string& key,
                                 const CallContext& context) {
  return read_patiently(store, key, context, [&]() -> Result<Digests> {
    TwoHashers hashers;
    FMF_TRY(store.get(key, hashers.sink(), context));
    return hashers.finish();
  });
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
