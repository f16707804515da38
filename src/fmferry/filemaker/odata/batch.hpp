// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/answer.hpp>

#include <string>
#include <vector>

namespace fmferry::odata {

// One PATCH of a changeset.
struct BatchPart {
  std::string path{};  // "/fmi/odata/v4/D/T(ROWID=7)"
  std::string body{};  // JSON
};

inline constexpr std::string_view k_batch_type = "multipart/mixed; boundary=batch_fmferry";

// The body of a `$batch` with one changeset, which is done as a whole or not at all.
[[nodiscard]] std::string changeset(const std::vector<BatchPart>& parts);

// The answers in it, one a part, in their order; those behind the first that failed are missing.
// `corrupt` when it is no such body.
[[nodiscard]] Result<std::vector<HttpResponse>> batch_answers(const HttpResponse& response);

}  // namespace fmferry::odata
