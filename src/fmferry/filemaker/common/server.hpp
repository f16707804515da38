// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

#include <string>

namespace fmferry::filemaker {

// "https://host:port", "host:port"; `invalid` for what can't be a server's address.
[[nodiscard]] Result<Url> server_of(const std::string& text);

// `denied` for a way that would carry the password or the images unprotected: plain http or no
// verification, but for loopback.
[[nodiscard]] Status check_protection(const Url& server, bool insecure);

// "filemaker://host/database/layout", without the port; the same whichever way in is used.
[[nodiscard]] std::string identity_of(const Url& server,
                                      const std::string& database,
                                      const std::string& layout);

}  // namespace fmferry::filemaker
