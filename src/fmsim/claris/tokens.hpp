// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace fmsim::claris {

// Issues tokens and knows them again. Thread-safe.
class TokenOffice {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Issuer {
    std::string pool_id;
    std::string client_id;
    std::string user;
    std::string user_id;
    std::chrono::seconds life;
  };

  struct Issued {
    std::string id;
    std::string access;
  };

  explicit TokenOffice(Issuer issuer) : issuer_(std::move(issuer)) {}

  // JSON web tokens, as clients take them apart; nobody outside can check their signature.
  Issued issue(Time now);
  std::string issue_refresh();

  // Until when an id token is good; nothing when it never was or is no more.
  [[nodiscard]] std::optional<Time> good_until(const std::string& id_token, Time now) const;
  [[nodiscard]] bool is_refresh(const std::string& token) const;

  void expire_all();      // id tokens
  void revoke_refresh();  // refresh tokens

 private:
  [[nodiscard]] std::string web_token(const std::string& use) const;

  const Issuer issuer_;
  mutable std::mutex mutex_;
  std::map<std::string, Time> ids_;
  std::set<std::string> refresh_;
};

}  // namespace fmsim::claris
