// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gate.hpp>

#include <utility>

namespace fmferry {

Gate::Gate(PaceSettings settings, Clock& clock, Progress* progress, std::function<void()> on_rest)
    : host_(settings.host),
      clock_(clock),
      progress_(progress),
      on_rest_(std::move(on_rest)),
      pace_(std::move(settings), clock.now()) {
  show();
}

int Gate::width() const {
  const std::scoped_lock lock(mutex_);
  return pace_.width();
}

bool Gate::has_given_up() const {
  const std::scoped_lock lock(mutex_);
  return given_up_;
}

std::string Gate::state() const {
  const std::scoped_lock lock(mutex_);
  return pace_.state();
}

void Gate::show() {
  if (progress_ == nullptr) return;
  std::string state = pace_.state();
  if (state == shown_) return;
  shown_ = state;
  progress_->pace(host_, {.text = std::move(state), .troubled = pace_.is_troubled()});
}

void Gate::changed() {
  ++changes_;
  show();
  wake_.notify_all();
}

Result<Gate::Pass> Gate::enter(const std::stop_token& stop, Track track) {
  Lock lock(mutex_);
  while (true) {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    const Pace::Turn turn = pace_.ask(track, now());
    using May = Pace::Turn::May;
    if (turn.may == May::begin) {
      Pass pass = pace_.begin(track, now());
      given_up_ = false;
      show();
      return pass;
    }
    if (turn.may == May::give_up) {
      given_up_ = true;
      return fail(
          ErrorKind::unavailable,
          host_ + " kept failing (" + pace_.last_reason() + "): run the same command again later");
    }
    if (turn.may == May::wait && !sleeping_) {
      FMF_TRY(sleep(lock, turn.span, stop));
    } else {
      FMF_TRY(wait_for_others(lock, stop));
    }
  }
}

Status Gate::wait_for_others(Lock& lock, const std::stop_token& stop) {
  const std::int64_t seen = changes_;
  if (wake_.wait(lock, stop, [&] { return changes_ != seen; })) return {};
  return fail(ErrorKind::cancelled, "stopped");
}

Status Gate::sleep(Lock& lock, std::chrono::milliseconds span, const std::stop_token& stop) {
  sleeping_ = true;
  const bool rests = pace_.take_rest_begun();
  show();
  lock.unlock();
  if (rests && on_rest_) on_rest_();
  const bool slept = clock_.sleep_for(span, stop);
  lock.lock();
  sleeping_ = false;
  changed();
  if (slept) return {};
  return fail(ErrorKind::cancelled, "stopped");
}

void Gate::leave(const Pass& pass, const Error* error) {
  const std::scoped_lock lock(mutex_);
  pace_.end(pass, error, now());
  changed();
}

bool Gate::carry(std::int64_t bytes, const std::stop_token& stop) {
  std::chrono::milliseconds span{0};
  {
    const std::scoped_lock lock(mutex_);
    span = pace_.carry(bytes, now());
  }
  return span.count() <= 0 || clock_.sleep_for(span, stop);
}

}  // namespace fmferry
