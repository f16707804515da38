// SPDX-License-Identifier: Apache-2.0
#include <fmferry/memory/faulty_call.hpp>
#include <fmferry/memory/faulty_store.hpp>

namespace fmferry {
namespace {

std::string flipped(ByteView body) {
  std::string bytes(body);
  if (!bytes.empty()) bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  return bytes;
}

class FaultyUpload final : public Upload {
 public:
  FaultyUpload(std::unique_ptr<Upload> inner, FaultRule rule, std::string key)
      : inner_(std::move(inner)), rule_(std::move(rule)), key_(std::move(key)) {}

  Status write(ByteView part, const CallContext& context) override {
    const auto fault = rule_("write", key_);
    if (!fault) return inner_->write(part, context);
    if (fault->flip_a_byte) return inner_->write(flipped(part), context);
    return fail(fault->error);
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    // A store that is asked again for what it has done finds the key taken.
    if (done_) return fail(ErrorKind::conflict, "the key is taken");
    return faulty_call(rule_, "finish", key_, [&] {
      auto receipt = inner_->finish(sha256, context);
      done_ = receipt.has_value();
      return receipt;
    });
  }

 private:
  bool done_{false};
  std::unique_ptr<Upload> inner_;
  FaultRule rule_;
  std::string key_;
};

}  // namespace

Status FaultyStore::probe(const CallContext& context) {
  return faulty_call(rule_, "probe", "", [&] { return inner_.probe(context); });
}

Result<Receipt> FaultyStore::put(const std::string& key,
                                 ByteView body,
                                 const PutOptions& options,
                                 const CallContext& context) {
  const auto fault = rule_("put", key);
  if (!fault) return inner_.put(key, body, options, context);
  if (fault->flip_a_byte) return inner_.put(key, flipped(body), options, context);
  if (fault->takes_effect) FMF_TRY(inner_.put(key, body, options, context));
  return fail(fault->error);
}

Result<std::unique_ptr<Upload>> FaultyStore::begin(const std::string& key,
                                                   const PutOptions& options,
                                                   const CallContext& context) {
  if (const auto fault = rule_("begin", key)) return fail(fault->error);
  FMF_TRY_ASSIGN(auto upload, inner_.begin(key, options, context));
  return std::make_unique<FaultyUpload>(std::move(upload), rule_, key);
}

Result<ObjectInfo> FaultyStore::head(const std::string& key, const CallContext& context) {
  return faulty_call(rule_, "head", key, [&] { return inner_.head(key, context); });
}

Result<ObjectInfo> FaultyStore::get(const std::string& key,
                                    const ByteSink& sink,
                                    const CallContext& context) {
  const auto fault = rule_("get", key);
  if (!fault) return inner_.get(key, sink, context);
  if (fault->cut_after) {
    FMF_TRY(inner_.get(key, cut_sink(sink, *fault->cut_after, fault->error), context));
  }
  return fail(fault->error);
}

Result<ListPage> FaultyStore::list(const std::string& prefix,
                                   const std::string& token,
                                   const CallContext& context) {
  return faulty_call(rule_, "list", prefix, [&] { return inner_.list(prefix, token, context); });
}

}  // namespace fmferry
