// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/address.hpp>
#include <fmferry/filemaker/odata/answer.hpp>

#include <atomic>

namespace fmferry::odata {

struct ApiRequest {
  std::string method{"GET"};
  std::string url{};
  Headers headers{};
  std::string body{};
};

// Calls of the OData engine, each with the account's own authorization. A call that is refused with
// 401 is sent once more when there is a new one: the server did nothing on it. An answer outside
// 200..299 is an error that carries FileMaker's code. Thread-safe; retries nothing.
class Api {
 public:
  explicit Api(const ODataOptions& options);

  Result<HttpResponse> call(const ApiRequest& request, const CallContext& context) const;
  // The same, of something that answers with a JSON object.
  Result<boost::json::object> get(std::string url,
                                  Headers headers,
                                  const CallContext& context) const;
  // Any status is a success; for a body that goes to a sink.
  Result<HttpResponse> send(HttpRequest request, const CallContext& context) const;

  void close() { closed_ = true; }

 private:
  const std::shared_ptr<Authorization> authorization_;
  const HttpClient http_;
  std::atomic<bool> closed_{false};
};

}  // namespace fmferry::odata
