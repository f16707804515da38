// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/sign_in.hpp>

namespace fmferry::clarisid {
namespace {

constexpr int k_max_codes = 3;

const std::string k_password_verifier = "PASSWORD_VERIFIER";
const std::string k_sms = "SMS_MFA";
const std::string k_app = "SOFTWARE_TOKEN_MFA";

bool asks_for_code(const CognitoReply& reply) {
  return reply.challenge == k_sms || reply.challenge == k_app;
}

std::string question_for(const CognitoReply& asked) {
  if (asked.challenge == k_app) return "Code that the authenticator app shows for the Claris ID";
  const std::string to = asked.delivered_to.empty() ? "" : " to " + asked.delivered_to;
  return "Code that Claris sent" + to;
}

Error not_for_us(const std::string& challenge) {
  const bool new_password = challenge == "NEW_PASSWORD_REQUIRED";
  return {.kind = ErrorKind::denied,
          .what = new_password ? "the Claris ID needs a new password: set one in the browser"
                               : "Claris asks for " + challenge +
                                     ", which fmferry can't answer: use an account without it"};
}

class SignIn {
 public:
  SignIn(const Cognito& cognito,
         const ClarisIdOptions& options,
         Clock& clock,
         const CallContext& context)
      : cognito_(cognito), options_(options), clock_(clock), context_(context) {}

  Result<Tokens> run() {
    FMF_TRY_ASSIGN(CognitoReply reply, prove_password());
    if (asks_for_code(reply)) {
      FMF_TRY_ASSIGN(CognitoReply answered, give_code(reply));
      reply = std::move(answered);
    }
    if (!reply.tokens) return fail(not_for_us(reply.challenge));
    return std::move(*reply.tokens);
  }

 private:
  Result<CognitoReply> prove_password() {
    const SrpClient srp;
    FMF_TRY_ASSIGN(
        const CognitoReply asked,
        cognito_.begin(
            "USER_SRP_AUTH", {{"USERNAME", options_.user}, {"SRP_A", srp.srp_a()}}, context_));
    if (asked.challenge != k_password_verifier) return fail(not_for_us(asked.challenge));
    user_id_ = asked.password.user_id;
    const std::string now = cognito_time(clock_.wall());
    FMF_TRY_ASSIGN(const std::string signature,
                   srp.sign(asked.password, cognito_.pool().name(), options_.password, now));
    return cognito_.respond(k_password_verifier,
                            {{"USERNAME", user_id_},
                             {"PASSWORD_CLAIM_SECRET_BLOCK", asked.password.secret_block},
                             {"PASSWORD_CLAIM_SIGNATURE", signature},
                             {"TIMESTAMP", now}},
                            asked.session,
                            context_);
  }

  Result<CognitoReply> give_code(const CognitoReply& asked) {
    for (int given = 1;; ++given) {
      FMF_TRY_ASSIGN(const Secret code, options_.ask(question_for(asked)));
      auto reply =
          cognito_.respond(asked.challenge,
                           {{"USERNAME", user_id_}, {asked.challenge + "_CODE", code.reveal()}},
                           asked.session,
                           context_);
      if (reply) return reply;
      Error error = std::move(reply).error();
      const bool was_wrong = error.kind == ErrorKind::conflict;
      if (was_wrong && given < k_max_codes) continue;
      if (was_wrong) return fail(ErrorKind::denied, "no right code was typed: run again");
      if (error.kind == ErrorKind::denied) {
        // The password was accepted a moment ago.
        error.what = "Claris did not take the code, which is good for three minutes: run again";
      }
      return fail(std::move(error));
    }
  }

  const Cognito& cognito_;
  const ClarisIdOptions& options_;
  Clock& clock_;
  const CallContext& context_;
  std::string user_id_{};
};

}  // namespace

Result<Tokens> sign_in(const Cognito& cognito,
                       const ClarisIdOptions& options,
                       Clock& clock,
                       const CallContext& context) {
  return SignIn(cognito, options, clock, context).run();
}

Result<Tokens> refreshed(const Cognito& cognito,
                         const Secret& refresh_token,
                         const CallContext& context) {
  FMF_TRY_ASSIGN(
      CognitoReply reply,
      cognito.begin("REFRESH_TOKEN_AUTH", {{"REFRESH_TOKEN", refresh_token.reveal()}}, context));
  if (!reply.tokens) return fail(not_for_us(reply.challenge));
  return std::move(*reply.tokens);
}

}  // namespace fmferry::clarisid
