// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fmferry::fmp12 {

// The file name that an object's FNAM stream holds, as the user knew it: hostile. Nothing when the
// stream has another form, such as the lengths beyond 127 that no sample showed.
[[nodiscard]] std::optional<std::string> file_name_of_fnam(ByteView stream);

// A name without separators of paths (`/`, `\`, `:`), control characters, marks that turn the
// direction of writing (they let `gpj.exe` look like `exe.jpg`), and dots and blanks at its front.
// Other UTF-8 stays; empty when nothing is left.
[[nodiscard]] std::string safe_file_name(std::string_view name);

}  // namespace fmferry::fmp12
