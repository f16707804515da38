// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/doctor/check.hpp>
#include <fmferry/app/doctor/examination.hpp>

namespace fmferry::doctor {

// Fetches one container of the first records that have one, and looks at the bytes; keeps nothing
// of them. A large one is only begun.
[[nodiscard]] Finding take_sample(Source& source,
                                  std::optional<Sample>& sample,
                                  const CallContext& context);

}  // namespace fmferry::doctor
