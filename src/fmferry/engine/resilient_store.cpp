// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gated_call.hpp>
#include <fmferry/engine/resilient_store.hpp>

namespace fmferry {
namespace {

class ResilientUpload final : public Upload {
 public:
  ResilientUpload(std::unique_ptr<Upload> inner, Gate& gate)
      : inner_(std::move(inner)), gate_(gate) {}

  Status write(ByteView part, const CallContext& context) override {
    return gated(gate_, context, [&] { return inner_->write(part, context); });
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    return gated(gate_, context, [&] { return inner_->finish(sha256, context); });
  }

 private:
  std::unique_ptr<Upload> inner_;
  Gate& gate_;
};

// How often a put with a lost reply is sent again before it is the record's own fault.
constexpr int k_lost_replies = 3;

}  // namespace

Result<Receipt> ResilientStore::put(const std::string& key,
                                    ByteView body,
                                    const PutOptions& options,
                                    const CallContext& context) {
  for (int lost = 0;; ++lost) {
    auto receipt = gated(gate_, context, [&] { return inner_.put(key, body, options, context); });
    if (receipt || receipt.error().kind != ErrorKind::in_doubt || lost == k_lost_replies) {
      return receipt;
    }
  }
}

Result<std::unique_ptr<Upload>> ResilientStore::begin(const std::string& key,
                                                      const PutOptions& options,
                                                      const CallContext& context) {
  FMF_TRY_ASSIGN(auto upload,
                 gated(gate_, context, [&] { return inner_.begin(key, options, context); }));
  return std::make_unique<ResilientUpload>(std::move(upload), gate_);
}

Result<ObjectInfo> ResilientStore::head(const std::string& key, const CallContext& context) {
  return gated(gate_, context, [&] { return inner_.head(key, context); });
}

Result<ObjectInfo> ResilientStore::get(const std::string& key,
                                       const ByteSink& sink,
                                       const CallContext& context) {
  return gated_once(gate_, context, [&] { return inner_.get(key, sink, context); });
}

Result<ListPage> ResilientStore::list(const std::string& prefix,
                                      const std::string& token,
                                      const CallContext& context) {
  return gated(gate_, context, [&] { return inner_.list(prefix, token, context); });
}

}  // namespace fmferry
