// SPDX-License-Identifier: Apache-2.0
#include <fmsim/claris/tokens.hpp>
#include <fmsim/digest.hpp>
#include <fmsim/random.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fmsim::claris {
namespace {

std::string base64_url(const std::string& bytes) {
  std::string text = base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

std::string TokenOffice::web_token(const std::string& use) const {
  using namespace std::chrono;
  const auto issued = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  nlohmann::json claims{{"sub", issuer_.user_id},
                        {"iss", "https://cognito-idp.test/" + issuer_.pool_id},
                        {"token_use", use},
                        {"auth_time", issued},
                        {"iat", issued},
                        {"exp", issued + issuer_.life.count()},
                        {"jti", random_hex(16, false)}};
  if (use == "id") {
    claims["aud"] = issuer_.client_id;
    claims["cognito:username"] = issuer_.user_id;
    claims["email"] = issuer_.user;
  } else {
    claims["client_id"] = issuer_.client_id;
    claims["username"] = issuer_.user_id;
  }
  return base64_url(R"({"kid":"fmsim","alg":"RS256"})") + "." + base64_url(claims.dump()) + "." +
         random_hex(64, false);
}

TokenOffice::Issued TokenOffice::issue(Time now) {
  Issued issued{web_token("id"), web_token("access")};
  const std::scoped_lock lock(mutex_);
  std::erase_if(ids_, [now](const auto& each) { return each.second <= now; });
  ids_[issued.id] = now + issuer_.life;
  return issued;
}

std::string TokenOffice::issue_refresh() {
  std::string token = base64_url(R"({"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"})") + "." +
                      random_hex(128, false);
  const std::scoped_lock lock(mutex_);
  refresh_.insert(token);
  return token;
}

std::optional<TokenOffice::Time> TokenOffice::good_until(const std::string& id_token,
                                                         Time now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = ids_.find(id_token);
  if (found == ids_.end() || found->second <= now) return std::nullopt;
  return found->second;
}

bool TokenOffice::is_refresh(const std::string& token) const {
  const std::scoped_lock lock(mutex_);
  return refresh_.contains(token);
}

void TokenOffice::expire_all() {
  const std::scoped_lock lock(mutex_);
  ids_.clear();
}

void TokenOffice::revoke_refresh() {
  const std::scoped_lock lock(mutex_);
  refresh_.clear();
}

}  // namespace fmsim::claris
