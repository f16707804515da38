// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/verify.hpp>

#include <string>
#include <vector>

namespace fmferry {

// The findings that are listed one by one; what goes beyond is only counted.
inline constexpr std::size_t k_listed_findings = 1000;

// One line a finding: verdict, kind, and what it is about.
[[nodiscard]] std::string finding_text(const Finding& finding);

[[nodiscard]] std::string verify_text(const VerifyReport& report, const VerifyOptions& options);
// docs/formats/verify-json.md.
[[nodiscard]] std::string verify_json(const VerifyReport& report,
                                      const VerifyOptions& options,
                                      const std::vector<Finding>& listed);

}  // namespace fmferry
