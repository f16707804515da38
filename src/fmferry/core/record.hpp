// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fmferry {

using RecordId = std::int64_t;  // FileMaker's own recordId: positive, stable within a file copy

enum class ContainerState {
  empty,        // the source says that nothing is in it
  filled,       // the source offers bytes; whether they are good is known only after the fetch
  unreachable,  // something is in it, but no bytes: `?`, typed text, a reference to a file
  unknown,      // the source does not tell before it is fetched
};

// One container field of one record as a listing shows it.
struct Container {
  std::string field{};
  ContainerState state{ContainerState::empty};
  // How the adapter that made it finds the bytes (a stream URL for the Data API), where it needs
  // more than record and field. Short-lived; never stored, never logged.
  std::string handle{};
};

struct Record {
  RecordId record_id{0};
  std::int64_t mod_id{0};
  std::map<std::string, std::string, std::less<>> fields{};  // as text, without containers
  std::vector<Container> containers{};                       // in the order they were asked for

  // Empty when the field is not there.
  [[nodiscard]] const std::string& field(std::string_view name) const;
  [[nodiscard]] const Container* container(std::string_view name) const;
};

using FieldUpdates = std::map<std::string, std::string, std::less<>>;

}  // namespace fmferry
