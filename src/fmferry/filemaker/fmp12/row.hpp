// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

// One stored value of a record or of a table's globals. Empty fields have none.
struct Cell {
  std::uint32_t field{0};
  std::uint32_t repetition{1};
  std::string raw{};                     // joined, as stored: text_of() decodes it
  std::optional<std::uint32_t> units{};  // UTF-16 units it must decode to, where the file says
};

struct Row {
  RecordId id{0};             // FileMaker's recordId; 0 for a table's globals
  std::int64_t mod_id{0};     // its modification count
  std::vector<Cell> cells{};  // in the order of field, repetition

  [[nodiscard]] const Cell* cell(std::uint32_t field, std::uint32_t repetition = 1) const;
};

// The value as UTF-8; line ends are CR, as FileMaker keeps them. `corrupt` when it does not decode.
[[nodiscard]] Result<std::string> text_of(const Cell& cell);

// What a container field's cell says.
struct ContainerValue {
  enum class Kind {
    embedded,   // an object of the same table's store
    reference,  // only the path of a file elsewhere
    unknown,    // something else: `?`, typed text, or a form that no sample showed
  } kind{Kind::unknown};
  std::string object{};  // embedded: the object's key, raw bytes
};

[[nodiscard]] Result<ContainerValue> container_value_of(const Cell& cell);

}  // namespace fmferry::fmp12
