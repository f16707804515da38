// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace fmsim {

// Makes `folder`/cert.pem and key.pem (mode 0600) for localhost and 127.0.0.1, self-signed, unless
// both are there. Throws std::runtime_error when it cannot.
void ensure_certificate(const std::string& folder);

}  // namespace fmsim
