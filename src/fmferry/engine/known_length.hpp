// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fmferry {

// How long FileMaker itself says that a container is, where the layout has calculations for it
// ([record] length); nothing where not.
[[nodiscard]] std::optional<std::int64_t> length_said(const Record& record,
                                                      const std::string& container,
                                                      const JobSettings& settings);

}  // namespace fmferry
