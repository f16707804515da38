// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/repeated_call.hpp>
#include <fmferry/engine/retrying_store.hpp>

namespace fmferry {
namespace {

constexpr int k_first_http_error = 400;

class RetryingUpload final : public Upload {
 public:
  RetryingUpload(std::unique_ptr<Upload> inner, const Gate& gate)
      : inner_(std::move(inner)), gate_(gate) {}

  Status write(ByteView part, const CallContext& context) override {
    return until_heard_of(
        [&] { return repeated(gate_, [&] { return inner_->write(part, context); }); });
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    return until_heard_of(
        [&] { return repeated(gate_, [&] { return inner_->finish(sha256, context); }); });
  }

 private:
  std::unique_ptr<Upload> inner_;
  const Gate& gate_;
};

}  // namespace

Status RetryingStore::probe(const CallContext& context) {
  const auto ask = [&] { return until_heard_of([&] { return inner().probe(context); }); };
  Status probed = ask();
  const bool overloaded = !probed &&
                          disposition_of(probed.error()) == Disposition::wait_and_retry &&
                          probed.error().origin_code >= k_first_http_error;
  return overloaded ? repeated(gate_, ask) : probed;
}

Result<Receipt> RetryingStore::put(const std::string& key,
                                   ByteView body,
                                   const PutOptions& options,
                                   const CallContext& context) {
  return until_heard_of(
      [&] { return repeated(gate_, [&] { return inner().put(key, body, options, context); }); });
}

Result<std::unique_ptr<Upload>> RetryingStore::begin(const std::string& key,
                                                     const PutOptions& options,
                                                     const CallContext& context) {
  FMF_TRY_ASSIGN(auto upload,
                 repeated(gate_, [&] { return inner().begin(key, options, context); }));
  return std::make_unique<RetryingUpload>(std::move(upload), gate_);
}

Result<ObjectInfo> RetryingStore::head(const std::string& key, const CallContext& context) {
  return repeated(gate_, [&] { return inner().head(key, context); });
}

Result<ListPage> RetryingStore::list(const std::string& prefix,
                                     const std::string& token,
                                     const CallContext& context) {
  return again_while(ErrorKind::corrupt, [&] {
    return repeated(gate_, [&] { return inner().list(prefix, token, context); });
  });
}

}  // namespace fmferry
