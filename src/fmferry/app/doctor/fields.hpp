// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/doctor/check.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/ports/described_source.hpp>

#include <span>
#include <string>

namespace fmferry::doctor {

// Where fields are, in words that stand after a name: "layout 'API_Images'".
using Place = std::string;

// The fields that are read as text.
[[nodiscard]] Finding review_fields(std::span<const FieldFacts> fields,
                                    const JobSettings& job,
                                    const Place& place);
// The containers of the waterfall.
[[nodiscard]] Finding review_containers(std::span<const FieldFacts> fields,
                                        const JobSettings& job,
                                        const Place& place);
// Whether mark and stamp can be written, as far as a description of the fields tells.
[[nodiscard]] Finding review_written_fields(std::span<const FieldFacts> fields,
                                            const JobSettings& job,
                                            const Place& place);

}  // namespace fmferry::doctor
