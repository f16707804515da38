// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/cognito.hpp>

namespace fmferry::clarisid {

// Signs in with user and password, and asks for the code of a second factor where Claris wants one.
// `denied` when it is refused or needs something that only a browser can do.
[[nodiscard]] Result<Tokens> sign_in(const Cognito& cognito,
                                     const ClarisIdOptions& options,
                                     Clock& clock,
                                     const CallContext& context);

// New tokens for a refresh token. `denied` when it is not accepted any more.
[[nodiscard]] Result<Tokens> refreshed(const Cognito& cognito,
                                       const Secret& refresh_token,
                                       const CallContext& context);

}  // namespace fmferry::clarisid
