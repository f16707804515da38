// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/settings.hpp>

#include <cstdint>
#include <string>

namespace fmsim::fmp12 {

// What `fmsim file` writes.
struct FileSettings {
  std::string out;
  std::string truth;                   // file for the truth; "" for none
  std::string shape{"clinic"};         // or many-small, photographs
  std::uint64_t bytes{4'000'000'000};  // of photographs
  bool fp7{false};
  bool shuffle{false};
  bool unclean{false};
  bool outside{false};  // leave containers out that the clinic keeps outside the file
};

// Returns the exit status; throws std::runtime_error with one clear line.
int write_file(const ClinicSettings& clinic, const FileSettings& settings);

}  // namespace fmsim::fmp12
