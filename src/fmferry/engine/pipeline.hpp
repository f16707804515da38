// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

struct InsideWay;

// What a command does; `run` is all of it. Each begins with an inventory, as no phase may believe
// that the source is what it was; but a push (push.hpp) asks about each record that it writes to.
enum class Goal { mark, move, thumbnails, link, everything, push_marks, push_stamps };

[[nodiscard]] constexpr bool is_push(Goal goal) {
  return goal == Goal::push_marks || goal == Goal::push_stamps;
}

// Works on what was moved already: the source has no say in it.
[[nodiscard]] constexpr bool is_for_moved(Goal goal) {
  return goal == Goal::link || goal == Goal::thumbnails;
}

// Works through the phases of the goal. Afterwards the source is counted again; when records came
// or went meanwhile, the walk and the work are repeated until the ledger agrees with the source.
// `way`: how the source sends the bytes itself; none: they are fetched.
Status pursue(const Job& job,
              Goal goal,
              const CallContext& context,
              const InsideWay* way = nullptr);

// What the command's exit status says about the records: nothing is left to look at, or some are.
[[nodiscard]] bool needs_attention(const LedgerCounts& counts);

// The fates of the present records add up to what the source itself counted.
[[nodiscard]] bool adds_up(const LedgerCounts& counts);

}  // namespace fmferry
