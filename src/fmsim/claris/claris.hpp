// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/claris/srp.hpp>
#include <fmsim/claris/tokens.hpp>
#include <fmsim/message.hpp>
#include <fmsim/settings.hpp>
#include <fmsim/target.hpp>

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace fmsim::claris {

inline constexpr const char* k_pool_id = "us-west-2_FmSim0001";
inline constexpr const char* k_client_id = "1fmsim2client3id4";
inline constexpr const char* k_pool_path = "/endpoint/userpool/2.2.0.my.claris.com.json";

// Claris' page that names the user pool, and the pool itself at Amazon Cognito, with the
// simulator's one account in it. Thread-safe.
class Claris {
 public:
  using Time = TokenOffice::Time;

  explicit Claris(const ServerSettings& settings);

  // Whether a request is for us rather than for FileMaker.
  [[nodiscard]] static bool is_asked(const Call& call, const Target& target);

  Reply answer(const Call& call, const Target& target, Time now);

  [[nodiscard]] const TokenOffice& tokens() const { return tokens_; }

  // For tests: refuse the next `calls`; forget tokens.
  void throttle(std::uint64_t calls) { throttled_calls_ = calls; }

  void expire_tokens() { tokens_.expire_all(); }

  void revoke_refresh() { tokens_.revoke_refresh(); }

  // `"name":n` members of a JSON object.
  void append_stats(std::string& json) const;

 private:
  // A password that is still to be proved.
  struct Proof {
    ServerSrp srp;
    std::string srp_a;
    Time until{};
  };

  // A code that is still to come.
  struct Wait {
    int tries{0};
    Time until{};
  };

  Reply initiate(const nlohmann::json& body, Time now);
  Reply begin_srp(const nlohmann::json& parameters, Time now);
  Reply refresh(const nlohmann::json& parameters, Time now);
  Reply respond(const nlohmann::json& body, Time now);
  Reply check_password(const nlohmann::json& responses, Time now);
  Reply ask_for_code(Time now);
  Reply check_code(const nlohmann::json& body, Time now);
  Reply tokens_for(Time now, bool with_refresh);
  [[nodiscard]] std::string factor_name() const;

  const ServerSettings& settings_;
  const std::string user_id_;
  const Verifier verifier_;
  TokenOffice tokens_;

  std::mutex mutex_;
  std::map<std::string, Proof> proofs_;  // by SECRET_BLOCK
  std::map<std::string, Wait> waits_;    // by Session

  std::atomic<std::uint64_t> throttled_calls_{0};
  std::atomic<std::uint64_t> lookups_{0};
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> sign_ins_{0};
  std::atomic<std::uint64_t> refreshes_{0};
  std::atomic<std::uint64_t> refusals_{0};
};

}  // namespace fmsim::claris
