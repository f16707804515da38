// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>
#include <fmferry/foundation/secret.hpp>

#include <memory>
#include <string>

namespace fmferry {

// Who we are, as a server reads it in the header Authorization. Thread-safe.
class Authorization {
 public:
  virtual ~Authorization() = default;

  // The header's value for a request that is sent now: "Basic ...", "FMID ...". It may take another
  // server to get one; callers that need the same one wait for it together. Errors: `denied` when
  // the account is refused, or somebody must be asked and nobody is there; those of
  // HttpClient::send when the other server can't be had; `cancelled`.
  virtual Result<Secret> header(const CallContext& context) = 0;

  // A server refused a request that carried `header`: HTTP 401, whatever the body. True when
  // header() has another value from now on, so that the request is worth sending once more; false
  // when there is none. However many callers were refused with one value, it is renewed once.
  virtual bool refused(const Secret& header) = 0;
};

// User and password, which no refusal changes.
[[nodiscard]] std::shared_ptr<Authorization> basic_authorization(const std::string& user,
                                                                 const Secret& password);

}  // namespace fmferry
