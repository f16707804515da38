// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/options.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/net/authorization.hpp>

#include <memory>

namespace fmferry {

// A Claris ID's authorization: "FMID ..." with a token that is good for an hour. It is renewed ten
// minutes before its end, and when a server refuses it, by the refresh token, or by signing in when
// that is not accepted any more. One thread renews; the others wait and share what comes of it.
// A renewal that fails while the token is still good costs nothing: the token is used to its end.
// Nothing is tried again after the account itself was refused: repeated tries would lock it.
// Nothing is sent before the first header() is asked for.
//
// `invalid` for options that can't work, `denied` for addresses that would show the tokens to
// everyone on the way. header() adds to Authorization's errors: `internal` when
// refresh_token_file can't be written.
Result<std::shared_ptr<Authorization>> claris_id_authorization(ClarisIdOptions options,
                                                               std::shared_ptr<Clock> clock);

// Whether a server's host name is one of FileMaker Cloud's, which takes no other accounts.
[[nodiscard]] bool is_filemaker_cloud(std::string_view host);

}  // namespace fmferry
