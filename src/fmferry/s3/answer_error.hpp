// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>
#include <fmferry/net/http.hpp>
#include <fmferry/s3/xml_answers.hpp>

#include <chrono>
#include <string>

namespace fmferry::s3 {

// What was asked, for the words of an error.
struct Asked {
  std::string method{"GET"};
  std::string bucket{};
  std::string region{};  // that it was signed for
  std::chrono::system_clock::time_point time{};
};

// The one place that says what an S3 answer outside 200..299 means.
[[nodiscard]] Error answer_error(const HttpResponse& response, const Asked& asked);
// The same for an error that came with status 200.
[[nodiscard]] Error answer_error(int status, const ErrorAnswer& answer, const Asked& asked);

// The region that the store says the bucket is in; empty when it does not.
[[nodiscard]] std::string region_named_by(const HttpResponse& response);

}  // namespace fmferry::s3
