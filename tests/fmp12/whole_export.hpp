// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/result.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace fmferry::testing_support {

// What became of each container value of a file, by the record id that the source gives it: the
// digest of the bytes and the file's name, or k_reported.
using Exported = std::map<RecordId, std::string>;

// The value was given up, with an error that says so.
inline constexpr const char* k_reported = "reported";

// Reads all of a file as an export without a table does. An error where a run would end.
[[nodiscard]] Result<Exported> export_everything(const std::filesystem::path& path);

}  // namespace fmferry::testing_support
