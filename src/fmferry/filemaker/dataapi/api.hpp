// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/dataapi/endpoint.hpp>
#include <fmferry/filemaker/dataapi/envelope.hpp>
#include <fmferry/filemaker/dataapi/sessions.hpp>

#include <atomic>
#include <memory>

namespace fmferry::dataapi {

struct ApiRequest {
  std::string method{"GET"};
  std::string url{};
  std::string body{};   // JSON; empty: none
  bool patient{false};  // a script is run: no byte comes before its end
};

struct ApiReply {
  boost::json::object response{};
  std::int64_t session{0};  // stream addresses in it are good for this session only
};

// One call of the Data API with a session of the pool. An error carries FileMaker's code in
// origin_code. The only thing done twice is a call whose session turned out to be dead: the server
// did nothing on it, so it is repeated once with a new session. Thread-safe.
class Api {
 public:
  Api(Endpoint endpoint, const DataApiOptions& options, std::shared_ptr<Clock> clock);

  Result<ApiReply> call(const ApiRequest& request, const CallContext& context);

  // Proves that a session can be had: one of the pool's, or a new one that stays in it.
  Status enter(const CallContext& context);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

  [[nodiscard]] const HttpClient& http() const { return http_; }

  // True once the server has accepted our account.
  [[nodiscard]] bool was_ever_in() const { return was_in_; }

  std::optional<Lease> borrow(std::int64_t session) { return sessions_.borrow(session); }

  void rest() { sessions_.end_idle(); }

  void close() { sessions_.close(); }

 private:
  Result<std::string> log_in(const CallContext& context);
  Result<HttpResponse> ask_for_session(const CallContext& context);
  bool log_out(const std::string& token) const;
  Result<Envelope> attempt(const ApiRequest& request,
                           const Lease& session,
                           const CallContext& context) const;

  const Endpoint endpoint_;
  const std::shared_ptr<Authorization> authorization_;
  const std::chrono::milliseconds close_timeout_;
  const HttpClient http_;
  const HttpClient patient_http_;
  std::atomic<bool> was_in_{false};
  SessionPool sessions_;  // last: its end uses all of the above
};

}  // namespace fmferry::dataapi
