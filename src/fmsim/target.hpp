// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim {

// A request's target taken apart.
struct Target {
  std::string path;                   // decoded; for globs
  std::vector<std::string> segments;  // decoded one by one
  std::map<std::string, std::string> query;
  bool has_encoded_slash{false};  // the web server refuses those before the engine sees them

  [[nodiscard]] std::optional<std::string> parameter(const std::string& name) const;
};

Target read_target(std::string_view target);

}  // namespace fmsim
