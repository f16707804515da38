// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <filesystem>

namespace fmferry::thumbnail {

// The thumbnailer's program: what FMFERRY_THUMBNAILER names; else the one beside the running
// program; else ../libexec/fmferry from there. `invalid` when there is none.
Result<std::filesystem::path> find_program();

}  // namespace fmferry::thumbnail
