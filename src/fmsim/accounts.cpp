// SPDX-License-Identifier: Apache-2.0
#include <fmsim/accounts.hpp>
#include <fmsim/digest.hpp>

namespace fmsim {

Accounts::Pass Accounts::check(const std::string& authorization, Time now) const {
  constexpr std::string_view k_basic = "Basic ";
  constexpr std::string_view k_fmid = "FMID ";
  if (authorization.empty()) return {Admission::no_account};
  if (settings_.cloud.on) {
    if (!authorization.starts_with(k_fmid)) return {Admission::wrong_account};
    const auto until = tokens_.good_until(authorization.substr(k_fmid.size()), now);
    return until ? Pass{Admission::admitted, *until} : Pass{Admission::outdated};
  }
  if (!authorization.starts_with(k_basic)) return {Admission::wrong_account};
  const std::string given = base64_decoded(authorization.substr(k_basic.size()));
  const bool is_ours = given == settings_.user + ":" + settings_.password;
  return {is_ours ? Admission::admitted : Admission::wrong_account};
}

}  // namespace fmsim
