// SPDX-License-Identifier: Apache-2.0
#pragma once

// FMF_KILL_POINT("ledger.commit.before") names a place where a test may end the process as a power
// cut would. Only builds with the CMake option FMF_KILL_POINTS have them; in all others it is
// nothing. Two variables of the environment steer them:
//   FMF_KILL_AT=NAME:HIT   SIGKILL when the place is reached for the HIT-th time, counted from 1
//   FMF_KILL_LIST=FILE     a line with its name is appended each time that a place is reached
#ifdef FMF_KILL_POINTS
#define FMF_KILL_POINT(name) ::fmferry::kill_point(name)
#else
#define FMF_KILL_POINT(name) static_cast<void>(0)
#endif

namespace fmferry {

void kill_point(const char* name);

}  // namespace fmferry
