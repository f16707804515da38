// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/claris/tokens.hpp>
#include <fmsim/settings.hpp>

#include <string>

namespace fmsim {

enum class Admission : std::uint8_t {
  admitted,
  no_account,     // nothing came along
  wrong_account,  // refused with code 212
  outdated,       // a token that is no more: the gateway answers with a page
};

// Who may come in: user and password at a FileMaker Server, a Claris ID's token at FileMaker Cloud.
// Thread-safe.
class Accounts {
 public:
  using Time = claris::TokenOffice::Time;

  struct Pass {
    Admission admission{Admission::wrong_account};
    Time until{Time::max()};  // of an admission
  };

  Accounts(const ServerSettings& settings, const claris::TokenOffice& tokens)
      : settings_(settings), tokens_(tokens) {}

  // `authorization` is the header's value.
  [[nodiscard]] Pass check(const std::string& authorization, Time now) const;

 private:
  const ServerSettings& settings_;
  const claris::TokenOffice& tokens_;
};

}  // namespace fmsim
