// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <filesystem>

namespace fmferry {

// The manifest as one JSON array, a record a line: the same members as the columns of
// manifest.csv. Memory does not grow with the ledger.
Status write_manifest_json(Ledger& ledger, const std::filesystem::path& file);

}  // namespace fmferry
