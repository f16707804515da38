// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/cognito_error.hpp>
#include <fmferry/filemaker/clarisid/cognito_reply.hpp>
#include <fmferry/filemaker/clarisid/json_text.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::clarisid {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds k_usual_lifetime{3600};
constexpr std::chrono::seconds k_longest_lifetime{24 * 3600};

// A token goes into a header line: a line break in it would be a header of its own.
bool fits_a_header(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::chrono::seconds lifetime_in(const json::object& result) {
  const auto* value = result.if_contains("ExpiresIn");
  const auto* seconds = value == nullptr ? nullptr : value->if_int64();
  if (seconds == nullptr || *seconds <= 0) return k_usual_lifetime;
  return std::min(std::chrono::seconds(*seconds), k_longest_lifetime);
}

std::optional<Tokens> tokens_in(const json::object& result) {
  std::string id = text_in(result, "IdToken");
  std::string refresh = text_in(result, "RefreshToken");
  if (!fits_a_header(id) || (!refresh.empty() && !fits_a_header(refresh))) return std::nullopt;
  return Tokens{.id = Secret(std::move(id)),
                .refresh = Secret(std::move(refresh)),
                .lifetime = lifetime_in(result)};
}

// Names are shown to the user, so nothing else may hide in one.
std::string challenge_in(const json::object& body) {
  const std::string name = text_in(body, "ChallengeName");
  const bool is_name =
      name.size() <= 64 &&
      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
  return is_name ? name : "";
}

std::string shown_address_in(const json::object& parameters) {
  std::string text = text_in(parameters, "CODE_DELIVERY_DESTINATION");
  const bool is_shown =
      text.size() <= 64 && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
  return is_shown ? text : "";
}

}  // namespace

Result<CognitoReply> read_reply(const HttpResponse& response) {
  if (response.status != 200) return fail(error_of(response));
  const auto body = parse_object(response.body);
  CognitoReply reply;
  if (body) {
    if (const auto* result = object_in(*body, "AuthenticationResult")) {
      reply.tokens = tokens_in(*result);
    }
    if (const auto* parameters = object_in(*body, "ChallengeParameters")) {
      reply.password = {.user_id = text_in(*parameters, "USER_ID_FOR_SRP"),
                        .salt = text_in(*parameters, "SALT"),
                        .srp_b = text_in(*parameters, "SRP_B"),
                        .secret_block = text_in(*parameters, "SECRET_BLOCK")};
      reply.delivered_to = shown_address_in(*parameters);
    }
    reply.challenge = challenge_in(*body);
    reply.session = Secret(text_in(*body, "Session"));
  }
  if (!reply.tokens && reply.challenge.empty()) {
    return fail({.kind = ErrorKind::unavailable,
                 .what = "the sign-in server gave neither a token nor a challenge",
                 .origin_code = response.status});
  }
  return reply;
}

}  // namespace fmferry::clarisid
