// SPDX-License-Identifier: Apache-2.0
#include "modelled_host.hpp"

#include <algorithm>

namespace fmferry::test {

ModelledHost::ModelledHost(Behaviour behaviour, PaceSettings settings, int callers)
    : behaviour_(std::move(behaviour)),
      pace_(std::move(settings), now_),
      next_(static_cast<std::size_t>(callers), Track::read),
      busy_(static_cast<std::size_t>(callers), false) {}

Pace::Moment ModelledHost::moment() const {
  return {.time = now_,
          .wall = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                  std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())};
}

bool ModelledHost::is_down() {
  return now_ < up_again_ || behaviour_.outage(elapsed());
}

ModelledHost::Tally ModelledHost::run(std::chrono::seconds span) {
  tally_ = {};
  const Time until = now_ + span;
  while (!tally_.given_up) {
    Time next = begin_calls();
    if (!endings_.empty()) next = std::min(next, endings_.begin()->first);
    if (next >= until) break;
    now_ = next;
    while (!endings_.empty() && endings_.begin()->first <= now_) {
      const Call call = endings_.begin()->second;
      endings_.erase(endings_.begin());
      end(call);
    }
  }
  now_ = until;
  return tally_;
}

ModelledHost::Time ModelledHost::begin_calls() {
  for (std::size_t caller = 0; caller < next_.size(); ++caller) {
    if (busy_[caller]) continue;
    const Pace::Turn turn = pace_.ask(next_[caller], moment());
    switch (turn.may) {
      case Pace::Turn::May::begin:
        begin(caller);
        break;
      case Pace::Turn::May::wait_for_a_call:
        return Time::max();
      case Pace::Turn::May::wait:
        return now_ + turn.span;
      case Pace::Turn::May::give_up:
        tally_.given_up = true;
        return Time::max();
    }
  }
  return Time::max();
}

void ModelledHost::begin(std::size_t caller) {
  ++tally_.calls;
  busy_[caller] = true;
  const Track track = next_[caller];
  Call call{.ticket = pace_.begin(track, moment()), .caller = caller, .good = false};
  if (is_down() || serving_ >= behaviour_.capacity(elapsed())) {
    ++(is_down() ? tally_.while_down : tally_.refused);
    endings_.emplace(now_ + behaviour_.refusal, call);
    return;
  }
  call.good = true;
  const auto takes = (track == Track::body ? behaviour_.body : behaviour_.read) +
                     behaviour_.slower_by_call * serving_;
  ++serving_;
  endings_.emplace(now_ + takes, call);
  if (track != Track::body || behaviour_.dies_after == 0) return;
  if (now_ - last_download_ >= behaviour_.recovers_after) downloads_ = 0;
  last_download_ = now_;
  if (++downloads_ == behaviour_.dies_after) die();
}

void ModelledHost::die() {
  ++tally_.deaths;
  downloads_ = 0;
  up_again_ = now_ + behaviour_.down;
  std::multimap<Time, Call> cut;
  for (auto& [time, call] : endings_) {
    if (call.good) --serving_;
    call.good = false;
    cut.emplace(now_ + behaviour_.refusal, call);
  }
  endings_.swap(cut);
}

void ModelledHost::end(const Call& call) {
  busy_[call.caller] = false;
  if (call.good) {
    --serving_;
    pace_.end(call.ticket, nullptr, moment());
    Track& next = next_[call.caller];
    if (next == Track::body) ++tally_.bodies;
    next = next == Track::read ? Track::body : Track::read;
    return;
  }
  const Error refused{.kind = ErrorKind::unavailable, .what = "502"};
  pace_.end(call.ticket, &refused, moment());
}

}  // namespace fmferry::test
