// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/dataapi/api.hpp>

namespace fmferry::dataapi {
namespace {

using filemaker::ends_session;
using filemaker::error_of;
using filemaker::k_bad_token;
using filemaker::k_ok;
using filemaker::k_window_missing;
using filemaker::text_of;

HttpOptions transport_options(const DataApiOptions& options, std::chrono::seconds stall_timeout) {
  return {.ca_file = options.ca_file,
          .insecure = options.insecure,
          .connect_timeout = options.connect_timeout,
          .stall_timeout = stall_timeout};
}

constexpr int k_unauthorized = 401;

Headers json_headers(std::string authorization) {
  // Exactly this type: with a charset behind it FileMaker Server 18 answers 400.
  return {{"Authorization", std::move(authorization)}, {"Content-Type", "application/json"}};
}

}  // namespace

Api::Api(Endpoint endpoint, const DataApiOptions& options, std::shared_ptr<Clock> clock)
    : endpoint_(std::move(endpoint)),
      authorization_(options.authorization),
      close_timeout_(options.close_timeout),
      http_(transport_options(options, options.stall_timeout)),
      patient_http_(transport_options(options, options.script_timeout)),
      sessions_(
          {.max_sessions = options.max_sessions,
           .idle_limit = options.idle_limit,
           .close_wait = options.close_timeout},
          [this](const CallContext& context) { return log_in(context); },
          [this](const std::string& token) { return log_out(token); },
          std::move(clock)) {}

Result<ApiReply> Api::call(const ApiRequest& request, const CallContext& context) {
  FMF_TRY_ASSIGN(Lease session, sessions_.lease(context));
  FMF_TRY_ASSIGN(Envelope first, attempt(request, session, context));
  if (first.code == k_ok) return ApiReply{std::move(first.response), session.number()};
  if (!ends_session(first.code)) return fail(error_of(first.code));

  // 112 leaves the session behind at the server; 952 says that there is none.
  if (first.code == k_window_missing) static_cast<void>(log_out(session.token()));
  FMF_TRY_ASSIGN(Lease fresh, sessions_.replace(std::move(session), context));
  FMF_TRY_ASSIGN(Envelope second, attempt(request, fresh, context));
  if (second.code != k_ok) return fail(error_of(second.code));
  return ApiReply{std::move(second.response), fresh.number()};
}

Status Api::enter(const CallContext& context) {
  FMF_TRY(sessions_.lease(context));
  return {};
}

Result<Envelope> Api::attempt(const ApiRequest& request,
                              const Lease& session,
                              const CallContext& context) const {
  const HttpRequest http_request{.method = request.method,
                                 .url = request.url,
                                 .headers = json_headers("Bearer " + session.token()),
                                 .body = request.body};
  const HttpClient& client = request.patient ? patient_http_ : http_;
  FMF_TRY_ASSIGN(const HttpResponse response, client.send(http_request, context));
  auto envelope = read_envelope(response);
  // FileMaker Cloud's gateway turns a dead session away with a page, before the engine sees it.
  if (!envelope && response.status == k_unauthorized) return Envelope{.code = k_bad_token};
  if (!envelope && envelope.error().kind == ErrorKind::corrupt && request.method != "GET") {
    // The engine's own answer was lost on the way, and with it whether it did what was asked.
    envelope.error().kind = ErrorKind::in_doubt;
  }
  return envelope;
}

// Sends the login, and once more when the server refuses an authorization that can be renewed.
Result<HttpResponse> Api::ask_for_session(const CallContext& context) {
  for (bool renewed = false;; renewed = true) {
    FMF_TRY_ASSIGN(const Secret header, authorization_->header(context));
    const HttpRequest request{.method = "POST",
                              .url = endpoint_.sessions(),
                              .headers = json_headers(header.reveal()),
                              .body = "{}"};
    FMF_TRY_ASSIGN(HttpResponse response, http_.send(request, context));
    const bool is_refused = response.status == k_unauthorized;
    if (!is_refused || renewed || !authorization_->refused(header)) return response;
  }
}

Result<std::string> Api::log_in(const CallContext& context) {
  auto response = ask_for_session(context);
  if (!response) {
    // A login whose answer was lost changed nothing that we would have to look after.
    if (response.error().kind == ErrorKind::in_doubt) {
      response.error().kind = ErrorKind::unavailable;
    }
    return fail(std::move(response).error().at("log in at " + endpoint_.server().origin()));
  }
  auto envelope = read_envelope(*response);
  if (!envelope) {
    // No record is to blame, whatever answered in the engine's place.
    if (envelope.error().kind == ErrorKind::corrupt) {
      envelope.error().kind = ErrorKind::unavailable;
    }
    if (response->status == k_unauthorized) {
      envelope.error().kind = ErrorKind::denied;
      envelope.error().what = "the account was refused before FileMaker's engine saw it (HTTP 401)";
    }
    return fail(std::move(envelope).error().at("log in at " + endpoint_.server().origin()));
  }
  if (envelope->code != k_ok) {
    return fail(error_of(envelope->code).at("log in at " + endpoint_.server().origin()));
  }
  std::string token(response->header("X-FM-Data-Access-Token"));
  if (const auto* told = envelope->response.if_contains("token");
      token.empty() && told != nullptr) {
    token = text_of(*told);
  }
  if (token.empty()) return fail(ErrorKind::unavailable, "the server gave no session token");
  was_in_ = true;
  return token;
}

bool Api::log_out(const std::string& token) const {
  // A limit of its own: this must work after the run was stopped.
  const CallContext context{.deadline = std::chrono::steady_clock::now() + close_timeout_};
  const auto response = http_.send({.method = "DELETE", .url = endpoint_.session(token)}, context);
  return response.has_value() && response->status < 502;
}

}  // namespace fmferry::dataapi
