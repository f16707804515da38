// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/engine/logged_source.hpp>
#include <fmferry/engine/paced_source.hpp>
#include <fmferry/engine/retrying_source.hpp>

namespace fmferry {

// What stands before the adapter of a source that can fall over, outermost first: calls are
// repeated, each try is paced, and each is logged. This is the only place that puts them together.
// When the pace takes a rest, the adapter's sessions end.
class GuardedSource {
 public:
  GuardedSource(Source& adapter, PaceSettings settings, Clock& clock, Progress* progress)
      : logged_(adapter, clock),
        gate_(std::move(settings), clock, progress, [&adapter] { adapter.rest(); }),
        paced_(logged_, gate_, clock) {}

  GuardedSource(const GuardedSource&) = delete;
  GuardedSource& operator=(const GuardedSource&) = delete;

  [[nodiscard]] Source& top() { return retrying_; }

  // For calls to the same host that are none of this port's: see guarded_doors.hpp.
  [[nodiscard]] Gate& gate() { return gate_; }

 private:
  LoggedSource logged_;
  Gate gate_;
  PacedSource paced_;
  RetryingSource retrying_{paced_, gate_};
};

}  // namespace fmferry
