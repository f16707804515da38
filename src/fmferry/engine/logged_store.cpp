// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/logged_call.hpp>
#include <fmferry/engine/logged_store.hpp>

namespace fmferry {
namespace {

auto named(const char* name) {
  return [name] { return std::string(name); };
}

auto sized(const char* name, std::size_t bytes) {
  return [=] { return std::string(name) + " of " + std::to_string(bytes) + " bytes"; };
}

class LoggedUpload final : public Upload {
 public:
  LoggedUpload(std::unique_ptr<Upload> inner, Clock& clock)
      : inner_(std::move(inner)), clock_(clock) {}

  Status write(ByteView part, const CallContext& context) override {
    return logged(
        clock_, sized("put part", part.size()), [&] { return inner_->write(part, context); });
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    return logged(clock_, named("finish upload"), [&] { return inner_->finish(sha256, context); });
  }

 private:
  std::unique_ptr<Upload> inner_;
  Clock& clock_;
};

}  // namespace

Status LoggedStore::probe(const CallContext& context) {
  return logged(clock_, named("probe store"), [&] { return inner_.probe(context); });
}

Result<Receipt> LoggedStore::put(const std::string& key,
                                 ByteView body,
                                 const PutOptions& options,
                                 const CallContext& context) {
  return logged(clock_, sized("put object", body.size()), [&] {
    return inner_.put(key, body, options, context);
  });
}

Result<std::unique_ptr<Upload>> LoggedStore::begin(const std::string& key,
                                                   const PutOptions& options,
                                                   const CallContext& context) {
  FMF_TRY_ASSIGN(auto upload, logged(clock_, named("begin upload"), [&] {
                   return inner_.begin(key, options, context);
                 }));
  return std::make_unique<LoggedUpload>(std::move(upload), clock_);
}

Result<ObjectInfo> LoggedStore::head(const std::string& key, const CallContext& context) {
  return logged(clock_, named("head object"), [&] { return inner_.head(key, context); });
}

Result<ObjectInfo> LoggedStore::get(const std::string& key,
                                    const ByteSink& sink,
                                    const CallContext& context) {
  return logged(clock_, named("get object"), [&] { return inner_.get(key, sink, context); });
}

Result<ListPage> LoggedStore::list(const std::string& prefix,
                                   const std::string& token,
                                   const CallContext& context) {
  return logged(clock_, named("list objects"), [&] { return inner_.list(prefix, token, context); });
}

}  // namespace fmferry
