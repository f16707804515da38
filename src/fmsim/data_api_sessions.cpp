// SPDX-License-Identifier: Apache-2.0
#include <fmsim/data_api.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/json_text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace fmsim {
namespace {

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// FileMaker Cloud's gateway knows an outdated token before the engine sees it.
const Refusal k_gateway_401{.http_status = 401, .page = true};

}  // namespace

Reply DataApi::log_in(const Route& route, const Call& call, Sessions::Time now) {
  // Clients of the real server are known to send no body at all, so that passes too.
  if (!call.body.empty()) read_body(call.body, call.content_type);
  const Accounts::Pass pass = accounts_.check(call.authorization, now);
  if (pass.admission == Admission::no_account) throw Refusal{code::no_credentials};
  if (pass.admission == Admission::outdated) throw k_gateway_401;
  if (pass.admission != Admission::admitted || !settings_.has_fmrest) {
    throw Refusal{code::bad_account};
  }
  if (!same_but_for_case(route.database, k_database)) throw Refusal{code::file_not_opened};

  const auto end = settings_.cloud.sessions_end_with_token ? pass.until : Sessions::Time::max();
  const auto token = sessions_.open(route.database, now, end);
  if (!token) throw Refusal{settings_.session_limit_code};
  std::string response = "{";
  append_member(response, "token", *token);
  Reply reply = answer(response + "}");
  reply.headers.emplace_back("X-FM-Data-Access-Token", *token);
  return reply;
}

std::string DataApi::require_session(const Route& route, const Call& call, Sessions::Time now) {
  if (call.authorization.empty()) throw Refusal{code::no_credentials};
  std::string token = bearer_of(call);
  if (sessions_.has_ended(token, now)) throw k_gateway_401;
  if (!sessions_.use(token, route.database, now)) throw Refusal{code::token_invalid};
  return token;
}

Reply DataApi::set_globals(const Route& route, const Call& call) {
  const nlohmann::json body = read_body(call.body, call.content_type);
  if (!body.contains("globalFields") || !body["globalFields"].is_object()) {
    throw Refusal{code::parameter_missing};
  }
  for (const auto& [field, value] : body["globalFields"].items()) {
    if (field.find("::") == std::string::npos) throw Refusal{code::field_missing};
    sessions_.set_global(
        bearer_of(call), field, value.is_string() ? value.get<std::string>() : value.dump());
  }
  static_cast<void>(route);
  return answer("{}");
}

}  // namespace fmsim
