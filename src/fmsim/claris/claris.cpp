// SPDX-License-Identifier: Apache-2.0
#include <fmsim/claris/amazon_reply.hpp>
#include <fmsim/claris/claris.hpp>
#include <fmsim/digest.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/random.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <utility>

namespace fmsim::claris {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes k_session{3};  // for each answer to a challenge
constexpr std::int64_t k_clock_tolerance = 300;
constexpr int k_most_codes = 3;

const std::string k_service = "AWSCognitoIdentityProviderService.";
const std::string k_pool_name = std::string(k_pool_id).substr(std::string(k_pool_id).find('_') + 1);

const AmazonProblem k_wrong_password{"NotAuthorizedException", "Incorrect username or password."};
const AmazonProblem k_bad_session{"NotAuthorizedException",
                                  "Invalid session for the user, session is expired."};

std::string text_in(const json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) return {};
  return object[name].is_string() ? object[name].get<std::string>() : std::string();
}

std::string required(const json& object, const char* name) {
  std::string text = text_in(object, name);
  if (text.empty()) {
    throw AmazonProblem{"InvalidParameterException",
                        "Missing required parameter " + std::string(name)};
  }
  return text;
}

const json& part_of(const json& object, const char* name) {
  static const json k_nothing = json::object();
  return object.contains(name) ? object[name] : k_nothing;
}

Reply pool_page() {
  json data{{"Region", "us-west-2"},
            {"UserPool_ID", k_pool_id},
            {"Client_ID", k_client_id},
            {"API_Host", "api.fmsim.test/2-2"},
            {"FCC_Host", "console.fmsim.test"}};
  Reply reply;
  reply.content_type = "application/json";
  reply.body =
      json{{"errcode", "Ok"}, {"errmessage", nullptr}, {"data", data}, {"csrid", nullptr}}.dump();
  return reply;
}

template <class Map>
void drop_outdated(Map& map, Claris::Time now) {
  std::erase_if(map, [now](const auto& each) { return each.second.until <= now; });
}

}  // namespace

Claris::Claris(const ServerSettings& settings)
    : settings_(settings),
      user_id_(uuid_text(mix(0xC1A415))),
      verifier_(settings.cloud.on
                    ? make_verifier(k_pool_name, user_id_, settings.password, random_hex(16, false))
                    : Verifier{}),
      tokens_({k_pool_id, k_client_id, settings.user, user_id_, settings.cloud.token_life}) {}

bool Claris::is_asked(const Call& call, const Target& target) {
  return target.path == k_pool_path || (call.method == "POST" && target.path == "/");
}

Reply Claris::answer(const Call& call, const Target& target, Time now) {
  if (target.path == k_pool_path) {
    ++lookups_;
    return pool_page();
  }
  ++calls_;
  try {
    if (throttled_calls_ > 0) {
      --throttled_calls_;
      throw AmazonProblem{"TooManyRequestsException", "Rate exceeded"};
    }
    const json body = json::parse(call.body, nullptr, false);
    if (call.content_type != "application/x-amz-json-1.1" || !body.is_object()) {
      throw AmazonProblem{"SerializationException", ""};
    }
    if (text_in(body, "ClientId") != k_client_id) {
      throw AmazonProblem{"ResourceNotFoundException",
                          "User pool client " + text_in(body, "ClientId") + " does not exist."};
    }
    if (call.amz_target == k_service + "InitiateAuth") return initiate(body, now);
    if (call.amz_target == k_service + "RespondToAuthChallenge") return respond(body, now);
    throw AmazonProblem{"UnknownOperationException", ""};
  } catch (const AmazonProblem& problem) {
    ++refusals_;
    return amazon_refusal(problem);
  }
}

Reply Claris::initiate(const json& body, Time now) {
  const std::string flow = text_in(body, "AuthFlow");
  const json& parameters = part_of(body, "AuthParameters");
  if (flow == "USER_SRP_AUTH") return begin_srp(parameters, now);
  if (flow == "REFRESH_TOKEN_AUTH" || flow == "REFRESH_TOKEN") return refresh(parameters, now);
  throw AmazonProblem{"InvalidParameterException", flow + " flow not enabled for this client"};
}

Reply Claris::begin_srp(const json& parameters, Time now) {
  const std::string user = required(parameters, "USERNAME");
  const std::string srp_a = required(parameters, "SRP_A");
  if (user != settings_.user) {
    throw AmazonProblem{"UserNotFoundException", "User does not exist."};
  }
  ServerSrp srp(verifier_);
  if (srp.expected_signature(srp_a, "").empty()) {
    throw AmazonProblem{"InvalidParameterException", "SRP_A is not valid"};
  }
  const std::string block = base64(random_hex(96, false));
  json asked{{"SALT", verifier_.salt_hex},
             {"SRP_B", srp.srp_b()},
             {"SECRET_BLOCK", block},
             {"USERNAME", user_id_},
             {"USER_ID_FOR_SRP", user_id_}};
  const std::scoped_lock lock(mutex_);
  drop_outdated(proofs_, now);
  proofs_.insert_or_assign(block, Proof{std::move(srp), srp_a, now + k_session});
  return amazon_answer(
      json{{"ChallengeName", "PASSWORD_VERIFIER"}, {"ChallengeParameters", asked}}.dump());
}

Reply Claris::refresh(const json& parameters, Time now) {
  if (!tokens_.is_refresh(required(parameters, "REFRESH_TOKEN"))) {
    throw AmazonProblem{"NotAuthorizedException", "Invalid Refresh Token"};
  }
  ++refreshes_;
  return tokens_for(now, false);
}

Reply Claris::respond(const json& body, Time now) {
  const std::string challenge = text_in(body, "ChallengeName");
  if (challenge == "PASSWORD_VERIFIER") {
    return check_password(part_of(body, "ChallengeResponses"), now);
  }
  if (challenge == factor_name()) return check_code(body, now);
  throw AmazonProblem{"InvalidParameterException", "Challenge name is not valid"};
}

Reply Claris::check_password(const json& responses, Time now) {
  const std::string block = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK");
  const std::string stamp = required(responses, "TIMESTAMP");
  const std::string signature = required(responses, "PASSWORD_CLAIM_SIGNATURE");
  const auto seconds = read_timestamp(stamp);
  const auto today = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  std::string wanted;
  {
    const std::scoped_lock lock(mutex_);
    drop_outdated(proofs_, now);
    auto proof = proofs_.extract(block);
    if (proof.empty()) throw k_bad_session;
    wanted = proof.mapped().srp.expected_signature(
        proof.mapped().srp_a, k_pool_name + user_id_ + base64_decoded(block) + stamp);
  }
  const bool in_time = seconds && std::llabs(*seconds - today) <= k_clock_tolerance;
  if (!in_time || wanted != signature || required(responses, "USERNAME") != user_id_) {
    throw k_wrong_password;
  }
  if (settings_.cloud.factor != SecondFactor::none) return ask_for_code(now);
  return tokens_for(now, true);
}

std::string Claris::factor_name() const {
  return settings_.cloud.factor == SecondFactor::sms ? "SMS_MFA" : "SOFTWARE_TOKEN_MFA";
}

Reply Claris::ask_for_code(Time now) {
  const std::string session = random_hex(128, false);
  json asked{{"USER_ID_FOR_SRP", user_id_}};
  if (settings_.cloud.factor == SecondFactor::sms) {
    asked["CODE_DELIVERY_DELIVERY_MEDIUM"] = "SMS";
    asked["CODE_DELIVERY_DESTINATION"] = "+*******33";
  }
  const std::scoped_lock lock(mutex_);
  drop_outdated(waits_, now);
  waits_[session] = {0, now + k_session};
  return amazon_answer(
      json{{"ChallengeName", factor_name()}, {"Session", session}, {"ChallengeParameters", asked}}
          .dump());
}

Reply Claris::check_code(const json& body, Time now) {
  const json& responses = part_of(body, "ChallengeResponses");
  const std::string code = required(responses, (factor_name() + "_CODE").c_str());
  const std::scoped_lock lock(mutex_);
  drop_outdated(waits_, now);
  const auto found = waits_.find(text_in(body, "Session"));
  if (found == waits_.end() || required(responses, "USERNAME") != user_id_) throw k_bad_session;
  if (code != settings_.cloud.code) {
    if (++found->second.tries >= k_most_codes) waits_.erase(found);
    throw AmazonProblem{"CodeMismatchException", "Invalid code received for user"};
  }
  waits_.erase(found);
  return tokens_for(now, true);
}

Reply Claris::tokens_for(Time now, bool with_refresh) {
  const auto issued = tokens_.issue(now);
  json result{{"AccessToken", issued.access},
              {"ExpiresIn", settings_.cloud.token_life.count()},
              {"IdToken", issued.id},
              {"TokenType", "Bearer"}};
  if (with_refresh) {
    ++sign_ins_;
    result["RefreshToken"] = tokens_.issue_refresh();
  }
  return amazon_answer(
      json{{"AuthenticationResult", result}, {"ChallengeParameters", json::object()}}.dump());
}

void Claris::append_stats(std::string& json) const {
  append_raw_member(json, "claris_lookups", std::to_string(lookups_));
  append_raw_member(json, "claris_calls", std::to_string(calls_));
  append_raw_member(json, "claris_sign_ins", std::to_string(sign_ins_));
  append_raw_member(json, "claris_refreshes", std::to_string(refreshes_));
  append_raw_member(json, "claris_refusals", std::to_string(refusals_));
}

}  // namespace fmsim::claris
