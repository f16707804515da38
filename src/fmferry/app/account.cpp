// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/account.hpp>

namespace fmferry {

Result<std::shared_ptr<Authorization>> open_account(const Config& config) {
  FMF_TRY_ASSIGN(const Secret password, resolve_secret(config.source.password, config.folder));
  return basic_authorization(config.source.user, password);
}

}  // namespace fmferry
