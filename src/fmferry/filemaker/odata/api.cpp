// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odata/api.hpp>

namespace fmferry::odata {
namespace {

constexpr int k_no_content = 204;
constexpr int k_unauthorized = 401;

bool is_good(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

Api::Api(const ODataOptions& options)
    : authorization_(options.authorization),
      http_({.ca_file = options.ca_file,
             .insecure = options.insecure,
             .connect_timeout = options.connect_timeout,
             .stall_timeout = options.stall_timeout}) {}

Result<HttpResponse> Api::send(HttpRequest request, const CallContext& context) const {
  if (closed_) return fail(ErrorKind::invalid, "the source was closed");
  const Headers headers = request.headers;
  for (bool renewed = false;; renewed = true) {
    FMF_TRY_ASSIGN(const Secret header, authorization_->header(context));
    request.headers = headers;
    request.headers.emplace_back("Authorization", header.reveal());
    FMF_TRY_ASSIGN(HttpResponse response, http_.send(request, context));
    const bool is_refused = response.status == k_unauthorized;
    if (!is_refused || renewed || !authorization_->refused(header)) return response;
  }
}

Result<HttpResponse> Api::call(const ApiRequest& request, const CallContext& context) const {
  HttpRequest http_request{.method = request.method,
                           .url = request.url,
                           .headers = request.headers,
                           .body = request.body,
                           .has_body = !request.body.empty()};
  FMF_TRY_ASSIGN(HttpResponse response, send(std::move(http_request), context));
  if (is_good(response.status)) return response;
  Error error = answer_error(response);
  if (error.kind == ErrorKind::corrupt && request.method != "GET") {
    // The engine's own answer was lost on the way, and with it whether it did what was asked.
    error.kind = ErrorKind::in_doubt;
  }
  return fail(std::move(error));
}

Result<boost::json::object> Api::get(std::string url,
                                     Headers headers,
                                     const CallContext& context) const {
  headers.emplace_back("Accept", "application/json");
  FMF_TRY_ASSIGN(const HttpResponse response,
                 call({.url = std::move(url), .headers = std::move(headers)}, context));
  if (response.status != k_no_content) return read_object(response);
  return fail(ErrorKind::corrupt, "the server answered with nothing");
}

}  // namespace fmferry::odata
