// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fmsim::claris {

// An answer of Amazon Cognito's.
Reply amazon_answer(std::string json);

// What it refuses: HTTP 400 with the exception's name.
struct AmazonProblem {
  std::string type;
  std::string message;
};

Reply amazon_refusal(const AmazonProblem& problem);

// "Wed Mar 5 09:03:07 UTC 2025" as seconds since 1970; nothing for any other form, such as a day
// that is padded.
std::optional<std::int64_t> read_timestamp(const std::string& text);

}  // namespace fmsim::claris
