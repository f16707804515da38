// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::localfs {

enum class NameKind { file, folder, other };

// Calls `visit` for each name in an open folder, in no order, without "." and "..". A symbolic
// link is `other`. An error means that not all names were visited.
[[nodiscard]] Status for_each_name(int folder,
                                   const std::function<void(std::string_view, NameKind)>& visit);

struct KeyWindow {
  std::vector<std::string> keys{};  // in byte order
  bool complete{false};             // no keys follow
};

// Up to `limit` keys that begin with `prefix` and come after `after`, in byte order of the whole
// key. Memory: at most `limit` names for each level of folders. Temporary files, symbolic links,
// other special files and names that can't be keys are left out.
[[nodiscard]] Result<KeyWindow> list_keys(int root,
                                          const std::string& prefix,
                                          const std::string& after,
                                          std::size_t limit);

}  // namespace fmferry::localfs
