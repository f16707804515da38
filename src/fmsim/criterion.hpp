// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/dates.hpp>
#include <fmsim/tables.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace fmsim {

// What one field of one find request asks, as FileMaker's find mode would read it.
struct Criterion {
  // Not set when the criterion cannot be understood; `error` then is FileMaker's code.
  std::function<bool(std::string_view stored)> matches;
  bool wants_duplicates{false};  // `!`: the caller tests by counting, `matches` says non-empty
  int error{0};
};

Criterion read_criterion(std::string_view text, FieldType type, DateStyle style);

}  // namespace fmsim
