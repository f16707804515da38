// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/net/authorization.hpp>

#include <memory>

namespace fmferry {

// Who we are at the server, for all doors together. Talks to nobody yet. The errors of
// resolve_secret() and claris_id_authorization().
Result<std::shared_ptr<Authorization>> open_account(const Config& config,
                                                    std::shared_ptr<Clock> clock);

}  // namespace fmferry
