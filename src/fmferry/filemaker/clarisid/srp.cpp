// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/srp.hpp>
#include <fmferry/foundation/digest.hpp>

#include <time.h>

#include <array>
#include <cstdio>

namespace fmferry::clarisid {
namespace {

constexpr unsigned long k_generator = 2;
constexpr std::string_view k_key_info{"Caldera Derived Key\x01", 20};
constexpr std::size_t k_key_size = 16;

Wiped hash_of(const Wiped& bytes) {
  return Wiped(sha256(bytes.view()));
}

Wiped joined(std::string_view first, std::string_view second) {
  Wiped both = Wiped::of_size(first.size() + second.size());
  first.copy(both.data(), first.size());
  second.copy(both.data() + first.size(), second.size());
  return both;
}

BigNumber hash_number(const Wiped& first, const Wiped& second) {
  return BigNumber::from_bytes(hash_of(joined(first.view(), second.view())).view());
}

BigNumber private_x(const BigNumber& salt,
                    const std::string& pool_name,
                    const std::string& user_id,
                    const Secret& password) {
  const Wiped identity = joined(pool_name + user_id + ":", password.reveal());
  return hash_number(salt.padded(), hash_of(identity));
}

Error unusable(std::string_view what) {
  return {.kind = ErrorKind::corrupt,
          .what = "the sign-in server's challenge has " + std::string(what)};
}

}  // namespace

SrpClient::SrpClient(BigNumber a)
    : n_(BigNumber::prime_3072()),
      g_(BigNumber::of(k_generator)),
      a_(std::move(a)),
      public_a_(power(g_, a_, n_)) {}

std::string SrpClient::srp_a() const {
  return public_a_.hex();
}

Result<Wiped> SrpClient::key(const PasswordChallenge& challenge,
                             const std::string& pool_name,
                             const Secret& password) const {
  const auto b = BigNumber::from_hex(challenge.srp_b);
  const auto salt = BigNumber::from_hex(challenge.salt);
  if (!b || !salt) return fail(unusable("no usable SALT or SRP_B"));
  if (reduced(*b, n_).is_zero()) return fail(unusable("an SRP_B that gives every password away"));
  const BigNumber u = hash_number(public_a_.padded(), b->padded());
  if (u.is_zero()) return fail(unusable("an SRP_B that gives every password away"));

  const BigNumber k = hash_number(n_.padded(), g_.padded());
  const BigNumber x = private_x(*salt, pool_name, challenge.user_id, password);
  const BigNumber base = less_product(*b, k, power(g_, x, n_), n_);
  const BigNumber s = power(base, plus_product(a_, u, x), n_);
  const Wiped extracted(hmac_sha256(u.padded().view(), s.padded().view()));
  const Wiped expanded(hmac_sha256(extracted.view(), k_key_info));
  return Wiped(std::string(expanded.view().substr(0, k_key_size)));
}

Result<std::string> SrpClient::sign(const PasswordChallenge& challenge,
                                    const std::string& pool_name,
                                    const Secret& password,
                                    const std::string& timestamp) const {
  const auto block = from_base64(challenge.secret_block);
  if (!block || block->empty()) return fail(unusable("no usable SECRET_BLOCK"));
  FMF_TRY_ASSIGN(const Wiped derived, key(challenge, pool_name, password));
  return to_base64(hmac_sha256(derived.view(), pool_name + challenge.user_id + *block + timestamp));
}

std::string cognito_time(std::chrono::system_clock::time_point time) {
  constexpr std::array k_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array k_months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t seconds = std::chrono::system_clock::to_time_t(time);

  struct tm at {};

  gmtime_r(&seconds, &at);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "%s %s %d %02d:%02d:%02d UTC %d",
                                 k_days.at(static_cast<std::size_t>(at.tm_wday)),
                                 k_months.at(static_cast<std::size_t>(at.tm_mon)),
                                 at.tm_mday,
                                 at.tm_hour,
                                 at.tm_min,
                                 at.tm_sec,
                                 at.tm_year + 1900);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace fmferry::clarisid
