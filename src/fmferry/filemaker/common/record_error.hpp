// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/error.hpp>

namespace fmferry::filemaker {

// What a refusal means when it was about one record: it must not end the run.
[[nodiscard]] Error about_record(Error error);

// The fields that a write is about, for the words of an error: never their values.
[[nodiscard]] std::string names_of(const FieldUpdates& updates);

}  // namespace fmferry::filemaker
