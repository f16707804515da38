// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gate.hpp>
#include <fmferry/foundation/log.hpp>

#include <algorithm>
#include <cmath>

namespace fmferry {
namespace {

// On an overload sign; the factor that AzCopy's pacer uses.
constexpr double k_narrow = 0.65;

}  // namespace

Gate::Gate(GateSettings settings, Clock& clock, Progress* progress)
    : settings_(std::move(settings)),
      clock_(clock),
      progress_(progress),
      width_(std::max(1, settings_.width)) {
  show({});
}

int Gate::width() const {
  const std::scoped_lock lock(mutex_);
  return open_ ? 1 : static_cast<int>(width_);
}

void Gate::show(std::string why) {
  if (progress_ == nullptr) return;
  progress_->width = open_ ? 0 : static_cast<int>(width_);
  progress_->waiting(std::move(why));
}

Result<Gate::Pass> Gate::enter(const std::stop_token& stop, Kind kind) {
  std::unique_lock lock(mutex_);
  FMF_TRY_ASSIGN(const Pass pass, wait_for_turn(lock, stop, kind));
  ++under_way_;
  return pass;
}

Result<Gate::Pass> Gate::wait_for_turn(std::unique_lock<std::mutex>& lock,
                                       const std::stop_token& stop,
                                       Kind kind) {
  const bool awake = changed_.wait(
      lock, stop, [this] { return open_ ? !probing_ : under_way_ < static_cast<int>(width_); });
  if (!awake || stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  if (!open_) return Pass{.kind = kind, .spell = spell_};
  if (clock_.now() - outage_since_ > settings_.patience) {
    return fail(
        ErrorKind::unavailable,
        settings_.host + " kept failing (" + last_sign_ + "): run the same command again later");
  }
  // This caller is the probe: it sleeps for all of them.
  probing_ = true;
  FMF_TRY(sleep_before_probe(lock, stop));
  return Pass{.kind = kind, .probe = true, .spell = spell_};
}

Status Gate::sleep_before_probe(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  const std::chrono::milliseconds grown =
      settings_.first_wait * (std::int64_t{1} << std::min(failed_probes_, 20));
  const auto bound = std::min(grown, settings_.longest_wait);
  std::uniform_int_distribution<std::int64_t> jitter(bound.count() / 4, bound.count());
  const auto span = std::max(std::chrono::milliseconds(jitter(random_)),
                             std::min(asked_wait_, settings_.patience));
  show(settings_.host + ": " + last_sign_ + ", next try in " +
       std::to_string((span.count() + 999) / 1000) + " s");
  lock.unlock();
  const bool slept = clock_.sleep_for(span, stop);
  lock.lock();
  if (slept) return {};
  probing_ = false;
  changed_.notify_all();
  return fail(ErrorKind::cancelled, "stopped");
}

void Gate::leave(const Pass& pass, const Error* error) {
  const std::scoped_lock lock(mutex_);
  --under_way_;
  const bool stopped = error != nullptr && error->kind == ErrorKind::cancelled;
  if (pass.probe) probing_ = false;
  if (pass.spell == spell_ && !stopped) {
    if (error != nullptr && disposition_of(*error) == Disposition::wait_and_retry) {
      note_overload(pass, *error);
    } else {
      note_success(pass);
    }
  }
  changed_.notify_all();
}

void Gate::note_overload(const Pass& pass, const Error& error) {
  last_sign_ = error.what;
  asked_wait_ = error.retry_after.value_or(std::chrono::milliseconds(0));
  if (pass.probe) {
    ++failed_probes_;
    return;
  }
  clean_ = 0;
  const bool known = std::max(lights_failed_, bodies_failed_) >= settings_.opens_after;
  const int failed = ++streak(pass.kind);
  if (failed == 1 && !known) outage_since_ = clock_.now();
  width_ = std::max(1.0, width_ * k_narrow);
  show({});
  if (failed < settings_.opens_after && !error.retry_after) return;
  open_ = true;
  ++spell_;
  // Open again although nothing but light calls went well since: the wait goes on growing.
  failed_probes_ = failed > settings_.opens_after ? failed_probes_ + 1 : 0;
  log(LogLevel::warning, settings_.host + " is failing (" + last_sign_ + "): waiting it out");
}

void Gate::note_success(const Pass& pass) {
  lights_failed_ = 0;
  if (pass.kind == Kind::body) bodies_failed_ = 0;
  if (pass.probe) {
    open_ = false;
    ++spell_;
    width_ = 1;
    clean_ = 0;
    log(LogLevel::info, settings_.host + " answers again");
    show({});
    return;
  }
  if (++clean_ < settings_.clean_calls_to_widen || width_ >= settings_.width) return;
  clean_ = 0;
  width_ = std::min<double>(settings_.width, std::floor(width_) + 1);
  show({});
}

}  // namespace fmferry
