// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/schema.hpp>
#include <fmferry/filemaker/fmp12/sector_file.hpp>

namespace fmferry::fmp12 {

// All base tables with their fields. `corrupt` when the catalogue does not parse.
[[nodiscard]] Result<std::vector<Table>> read_catalogue(const SectorFile& file);

// The version of the FileMaker that wrote the file, such as "21.1"; empty when it is not there.
[[nodiscard]] Result<std::string> read_version(const SectorFile& file);

}  // namespace fmferry::fmp12
