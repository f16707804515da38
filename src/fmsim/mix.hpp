// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace fmsim {

// What is peculiar about an image record.
enum class Kind : std::uint8_t {
  plain,
  all_empty,
  question_first,  // `?` in the first container, a good one after it
  question_only,
  reference_first,  // a file reference in the first container, a good one after it
  reference_only,
  typed_text,
  wrong_extension,  // the URL's extension is not what the bytes are
  dot_jpeg,
  no_extension,
  pdf,
  png,
  heic,
  tiff,
  cut_first,  // the first container's picture is cut off, a good one after it
  cut_only,
  zero_bytes,
  duplicate_id,  // carries the id of an earlier record
  missing_patient,
  empty_id,
};

// The kind of record number `index` of the clinic with this seed. Each kind occurs among the first
// 200 records; from then on in about fixed shares of a thousand. Record 0 is plain.
Kind kind_of(std::uint64_t seed, std::uint64_t index);

std::string_view name_of(Kind kind);

}  // namespace fmsim
