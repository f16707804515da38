// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <string>

namespace fmferry {

// A way to run a script of the solution. A Source that has one implements this besides; it is a
// port of its own because few sources have one and no decorator of sources needs to know of it.
class ScriptDoor {
 public:
  virtual ~ScriptDoor() = default;

  // Waits for the script's end, which may take minutes, and returns its result. The script must
  // bear being run twice: whether it ran is not known when the answer was lost (`in_doubt`,
  // `timeout` or `unavailable`). `invalid` when there is no such script, `corrupt` when it ended
  // with an error of its own. Thread-safe.
  virtual Result<std::string> run_script(const std::string& name,
                                         const std::string& parameter,
                                         const CallContext& context) = 0;
};

}  // namespace fmferry
