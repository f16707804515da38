// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/dates.hpp>

#include <string>
#include <vector>

namespace fmferry::script {

// What a generated script must know of the FileMaker solution. Names are used exactly as written:
// on pasting, FileMaker finds layouts and fields by them.
struct Solution {
  std::string layout{};
  std::string table{};  // the table occurrence that the layout shows
  std::string id_field{"id"};
  std::vector<std::string> containers{};  // "photo", or "photo(2)" for a repetition
  std::string mark_field{};               // empty: no marks
  std::string stamp_field{};              // empty: no stamps
  WallZone zone{};                        // of stamps that a script takes from the clock

  // Of the script for Cloud Manipulator only.
  std::string bucket{};
  std::string key_template{};      // with the store's prefix before it
  std::string global_container{};  // "Occurrence::field", global: what is exported lies there
};

}  // namespace fmferry::script
