// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace thumbnailer {

// Closes whatever the parent left open besides standard input, output and error.
void close_inherited();

struct Walls {
  bool seccomp{false};       // system calls are filtered
  bool memory_limit{false};  // RLIMIT_AS is set
};

// Shuts the process in, for good: at most `memory` bytes more than it has now, no new file, socket
// or process, nothing written to files, no core dump. All that the libraries want to open must have
// been opened before. False: a limit that this system has could not be set, and nothing hostile may
// be let in.
[[nodiscard]] bool enter_sandbox(std::uint64_t memory, Walls& walls);

}  // namespace thumbnailer
