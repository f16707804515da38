// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace fmferry {

// What a run writes into its events about the bytes that a server sent it so far, those of failed
// tries included.
[[nodiscard]] std::string bytes_note(std::int64_t bytes);

// What all runs in a ledger had a server send out since then (ISO 8601, UTC; empty: ever). Of each
// run the last note counts, and the lengths of what it stored after that, as the last note of a run
// that was killed is missing. 0 when there is no such file.
Result<std::int64_t> bytes_read_since(const std::filesystem::path& ledger,
                                      const std::string& since);

}  // namespace fmferry
