// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/slow_note.hpp>
#include <fmferry/foundation/clock.hpp>

#include <cstdio>

namespace fmferry::doctor {

SlowNote::SlowNote(std::string what)
    : timer_([what = std::move(what)](const std::stop_token& over) {
        SystemClock clock;
        if (!clock.sleep_for(std::chrono::seconds(1), over)) return;
        std::fprintf(stderr, "checking: %s ...\n", what.c_str());
      }) {}

}  // namespace fmferry::doctor
