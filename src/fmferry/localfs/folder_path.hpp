// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/file.hpp>

#include <string>
#include <string_view>

namespace fmferry::localfs {

// `invalid` for a key that can't be a path below the store's folder: empty, absolute, with an
// empty, "." or ".." component (also between backslashes), with NUL, not UTF-8, too long, or one of
// our temporary names.
[[nodiscard]] Status check_key(std::string_view key);

// ".fmferry-<uuid>.tmp"
[[nodiscard]] std::string temporary_name();
[[nodiscard]] bool is_temporary_name(std::string_view name);

// "a/b/c.jpg" is {"a/b", "c.jpg"}.
struct KeyParts {
  std::string_view folder{};
  std::string_view name{};
};

[[nodiscard]] KeyParts split_key(std::string_view key);

enum class Missing { refuse, make };

// Opens `folder` ("a/b", or empty for `root` itself) one component at a time and never through a
// symbolic link. With Missing::make new folders get mode 0700 and are synced into their parents.
// Errors: `not_found` when a component is missing or no folder; `invalid` for a symbolic link and,
// with Missing::make, for a file that stands in the way.
[[nodiscard]] Result<FileHandle> open_folder(int root, std::string_view folder, Missing missing);

// `cancelled` or `timeout` when the caller doesn't want to wait any longer.
[[nodiscard]] Status still_wanted(const CallContext& context);

// errno in words for people; the key is not named, as it may tell about a patient.
[[nodiscard]] Error folder_error(std::string_view doing);

// Puts what was written onto the disk, past the drive's cache where the system can.
[[nodiscard]] Status sync_descriptor(int descriptor);

}  // namespace fmferry::localfs
