// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/net/authorization.hpp>

#include <memory>

namespace fmferry {

// The source behind one door, as the configuration describes it. Talks to nobody yet. The errors of
// the adapter's own open().
Result<std::unique_ptr<Source>> open_door(Door door,
                                          const Config& config,
                                          std::shared_ptr<Authorization> account,
                                          std::shared_ptr<Clock> clock);

// The ways into a server that a run uses, each behind a gate of its own: one limiter a host and
// engine process. close() of its source ends all sessions.
class SourceDoors {
 public:
  // `config` is not needed afterwards; `progress` must outlive it.
  static Result<std::unique_ptr<SourceDoors>> open(const Config& config,
                                                   std::shared_ptr<Clock> clock,
                                                   Progress& progress);

  [[nodiscard]] Source& source() const { return guarded_->top(); }

  // Proves that all is as configured. A wrong address or password is said at once, not waited out.
  // A server that answers, if only that it can't now, is given the patience of any outage.
  Status first_answer(const CallContext& context);

 private:
  SourceDoors() = default;

  std::unique_ptr<Source> direct_;
  std::unique_ptr<GuardedSource> guarded_;
};

}  // namespace fmferry
