// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/net/authorization.hpp>

#include <memory>

namespace fmferry {

// Who we are at the server, for all doors together: whoever is asked for a password is asked once.
struct Account {
  Secret password{};                               // as ODBC takes it
  std::shared_ptr<Authorization> authorization{};  // as HTTP does
};

// Talks to no server. The errors of resolve_secret() and claris_id_authorization().
Result<Account> open_account(const Config& config, std::shared_ptr<Clock> clock);

// The server takes Claris IDs, as FileMaker Cloud does.
[[nodiscard]] bool takes_claris_ids(const SourceConfig& source);

}  // namespace fmferry
