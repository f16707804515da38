// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/net/authorization.hpp>

#include <utility>

namespace fmferry {
namespace {

class BasicAuthorization final : public Authorization {
 public:
  explicit BasicAuthorization(Secret header) : header_(std::move(header)) {}

  Result<Secret> header(const CallContext& /*context*/) override { return header_; }

  bool refused(const Secret& /*header*/) override { return false; }

 private:
  const Secret header_;
};

}  // namespace

std::shared_ptr<Authorization> basic_authorization(const std::string& user,
                                                   const Secret& password) {
  return std::make_shared<BasicAuthorization>(
      Secret("Basic " + to_base64(user + ":" + password.reveal())));
}

}  // namespace fmferry
