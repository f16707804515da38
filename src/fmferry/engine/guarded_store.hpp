// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/engine/logged_store.hpp>
#include <fmferry/engine/paced_store.hpp>
#include <fmferry/engine/retrying_store.hpp>

namespace fmferry {

// The same before the adapter of a store, with a pace of its own. A store's delays tell the size of
// the objects, and it does not tire: it is not narrowed by the one nor rested by the other.
class GuardedStore {
 public:
  GuardedStore(ObjectStore& adapter, PaceSettings settings, Clock& clock, Progress* progress)
      : logged_(adapter, clock), gate_(sturdy(std::move(settings)), clock, progress) {}

  GuardedStore(const GuardedStore&) = delete;
  GuardedStore& operator=(const GuardedStore&) = delete;

  [[nodiscard]] ObjectStore& top() { return retrying_; }

  // For calls to the same host that are none of this port's: see guarded_doors.hpp.
  [[nodiscard]] Gate& gate() { return gate_; }

 private:
  static PaceSettings sturdy(PaceSettings settings) {
    settings.follows_delay = false;
    settings.rests = false;
    settings.width.start = settings.width.most;
    return settings;
  }

  LoggedStore logged_;
  Gate gate_;
  PacedStore paced_{logged_, gate_};
  RetryingStore retrying_{paced_, gate_};
};

}  // namespace fmferry
