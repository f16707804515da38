// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <filesystem>

namespace fmferry {

// Writes manifest.csv (RFC 4180, a line a record) and SHA256SUMS (what `sha256sum -c` reads in the
// store's folder) into `folder`, each in one step. Memory does not grow with the ledger.
Status write_manifest(Ledger& ledger, const std::filesystem::path& folder);

}  // namespace fmferry
