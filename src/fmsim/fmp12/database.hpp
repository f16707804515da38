// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/fmp12/writer.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fmsim::fmp12 {

// What has gone out so far.
struct Written {
  std::uint64_t records{0};
  std::uint64_t objects{0};
  std::uint64_t bytes{0};  // of the file
  std::uint32_t leaves{0};
  std::uint32_t root_level{0};  // known at the end
};

// Writes a whole file. Tables may come in any order; their contents are streamed. `progress` is
// called now and then. Throws std::runtime_error when the file cannot be written.
Written write_database(const std::string& path,
                       const std::vector<Table>& tables,
                       const FileOptions& options,
                       const std::function<void(const Written&)>& progress = {});

}  // namespace fmsim::fmp12
