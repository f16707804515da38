// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/cognito.hpp>
#include <fmferry/filemaker/clarisid/cognito_error.hpp>

#include <boost/json.hpp>

namespace fmferry::clarisid {
namespace {

namespace json = boost::json;

json::object object_of(const Cognito::Fields& fields) {
  json::object object;
  for (const auto& [name, value] : fields) object[name] = value;
  return object;
}

}  // namespace

Cognito::Cognito(const HttpClient& http, std::string url, UserPool pool, Clock& clock)
    : http_(http), url_(std::move(url)), pool_(std::move(pool)), clock_(clock) {}

Result<CognitoReply> Cognito::begin(const std::string& flow,
                                    const Fields& parameters,
                                    const CallContext& context) const {
  const json::object body{
      {"AuthFlow", flow}, {"ClientId", pool_.client_id}, {"AuthParameters", object_of(parameters)}};
  return send("InitiateAuth", json::serialize(body), context);
}

Result<CognitoReply> Cognito::respond(const std::string& challenge,
                                      const Fields& responses,
                                      const Secret& session,
                                      const CallContext& context) const {
  json::object body{{"ChallengeName", challenge},
                    {"ClientId", pool_.client_id},
                    {"ChallengeResponses", object_of(responses)}};
  if (!session.empty()) body["Session"] = session.reveal();
  return send("RespondToAuthChallenge", json::serialize(body), context);
}

Result<CognitoReply> Cognito::send(const std::string& target,
                                   std::string body,
                                   const CallContext& context) const {
  const Wiped held(std::move(body));
  auto response =
      http_.send({.method = "POST",
                  .url = url_,
                  .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                              {"X-Amz-Target", "AWSCognitoIdentityProviderService." + target}},
                  .body = held.view()},
                 context);
  if (!response) {
    Error error = std::move(response).error();
    if (error.kind == ErrorKind::in_doubt) error.kind = ErrorKind::unavailable;
    if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::unavailable;
    return fail(std::move(error));
  }
  auto reply = read_reply(*response);
  wipe(response->body);
  if (!reply) return fail(blame_clock(std::move(reply).error(), *response, clock_.wall()));
  return reply;
}

}  // namespace fmferry::clarisid
