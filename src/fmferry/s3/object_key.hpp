// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <string>
#include <string_view>

namespace fmferry::s3 {

// "a/b" becomes "a/b/"; slashes at the front go; nothing stays nothing.
[[nodiscard]] std::string normal_prefix(std::string_view prefix);

// `invalid` for keys that are too long or that some store, proxy or file system would take for
// another key: empty, "." or ".." between slashes, a slash at either end, NUL, no UTF-8. `whole` is
// the key with the store's prefix.
[[nodiscard]] Status check_key(std::string_view key, std::string_view whole);

}  // namespace fmferry::s3
