// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gated_call.hpp>
#include <fmferry/engine/paced_store.hpp>

namespace fmferry {
namespace {

class PacedUpload final : public Upload {
 public:
  PacedUpload(std::unique_ptr<Upload> inner, Gate& gate) : inner_(std::move(inner)), gate_(gate) {}

  Status write(ByteView part, const CallContext& context) override {
    return gated(
        gate_, context, Track::write, [&](Gate::Pass&) { return inner_->write(part, context); });
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    return gated(
        gate_, context, Track::write, [&](Gate::Pass&) { return inner_->finish(sha256, context); });
  }

 private:
  std::unique_ptr<Upload> inner_;
  Gate& gate_;
};

}  // namespace

Status PacedStore::probe(const CallContext& context) {
  return gated(gate_, context, Track::control, [&](Gate::Pass&) { return inner_.probe(context); });
}

Result<Receipt> PacedStore::put(const std::string& key,
                                ByteView body,
                                const PutOptions& options,
                                const CallContext& context) {
  return gated(gate_, context, Track::write, [&](Gate::Pass&) {
    return inner_.put(key, body, options, context);
  });
}

Result<std::unique_ptr<Upload>> PacedStore::begin(const std::string& key,
                                                  const PutOptions& options,
                                                  const CallContext& context) {
  FMF_TRY_ASSIGN(auto upload, gated(gate_, context, Track::control, [&](Gate::Pass&) {
                   return inner_.begin(key, options, context);
                 }));
  return std::make_unique<PacedUpload>(std::move(upload), gate_);
}

Result<ObjectInfo> PacedStore::head(const std::string& key, const CallContext& context) {
  return gated(gate_, context, Track::read, [&](Gate::Pass&) { return inner_.head(key, context); });
}

Result<ObjectInfo> PacedStore::get(const std::string& key,
                                   const ByteSink& sink,
                                   const CallContext& context) {
  return gated(
      gate_, context, Track::body, [&](Gate::Pass&) { return inner_.get(key, sink, context); });
}

Result<ListPage> PacedStore::list(const std::string& prefix,
                                  const std::string& token,
                                  const CallContext& context) {
  return gated(gate_, context, Track::list, [&](Gate::Pass&) {
    return inner_.list(prefix, token, context);
  });
}

}  // namespace fmferry
