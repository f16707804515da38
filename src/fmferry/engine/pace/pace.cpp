// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/pace/pace.hpp>
#include <fmferry/foundation/log.hpp>

#include <algorithm>
#include <utility>

namespace fmferry {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// The wall clock may be set, and machines sleep: a pause by the time of day is looked at again.
constexpr milliseconds k_look_again{60'000};
// How long people are told of a sign that did not come again.
constexpr milliseconds k_sign_is_news{60'000};
// The first rest, in first waits of an outage.
constexpr int k_rest_part = 10;

Breaker::Kind kind_of(Track track) {
  return track == Track::body ? Breaker::Kind::body : Breaker::Kind::light;
}

milliseconds rounded_up(Clock::duration span) {
  return std::chrono::ceil<milliseconds>(span);
}

Clock::duration seconds_for(double amount, double a_second) {
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(amount / a_second));
}

std::string text_of(milliseconds span) {
  return std::to_string((span.count() + 999) / 1000) + " s";
}

}  // namespace

Pace::Pace(PaceSettings settings, Time now)
    : settings_(std::move(settings)),
      width_(settings_.width, now),
      breaker_(settings_.breaker),
      volume_(k_rest_part * settings_.breaker.first_wait) {}

int Pace::width() const {
  if (breaker_.is_open()) return 1;
  return settings_.adaptive ? width_.width() : settings_.width.most;
}

std::string Pace::state() const {
  std::string text = "width " + std::to_string(breaker_.is_open() ? 0 : width()) + " of " +
                     std::to_string(settings_.width.most);
  for (const auto& why : {last_sign_, doing_}) {
    if (!why.empty()) text += (text.find(':') == std::string::npos ? ": " : ", ") + why;
  }
  return text;
}

bool Pace::take_rest_begun() {
  return std::exchange(rest_begun_, false);
}

Pace::Turn Pace::ask(Track track, Moment now) {
  if (breaker_.is_open()) return ask_while_open(now.time);
  if (under_way_ >= width()) return {.may = Turn::May::wait_for_a_call};
  // Between two records: a body whose record was read already had better be fetched.
  if (track == Track::read) rest_if_due(now.time);
  if (settings_.bandwidth.rate_at(now.wall) == Timetable::k_pause) {
    doing_ = "paused by the timetable";
    return {.may = Turn::May::wait, .span = k_look_again};
  }
  const Time from = std::max(not_before_, next_call_);
  if (now.time < from) return {.may = Turn::May::wait, .span = rounded_up(from - now.time)};
  return {};
}

Pace::Turn Pace::ask_while_open(Time now) const {
  if (probing_) return {.may = Turn::May::wait_for_a_call};
  if (breaker_.is_out_of_patience(now)) return {.may = Turn::May::give_up};
  if (now >= breaker_.next_probe()) return {};
  return {.may = Turn::May::wait, .span = rounded_up(breaker_.next_probe() - now)};
}

Pace::Ticket Pace::begin(Track track, Moment now) {
  ++under_way_;
  if (settings_.max_rate > 0) {
    next_call_ = std::max(now.time, next_call_) + seconds_for(1, settings_.max_rate);
  }
  if (track == Track::body) volume_.note_download();
  Ticket ticket{.track = track, .spell = spell_, .abreast = under_way_, .began = now.time};
  if (breaker_.is_open()) {
    probing_ = ticket.probe = true;
  } else {
    doing_.clear();
  }
  return ticket;
}

void Pace::end(const Ticket& ticket, const Error* error, Moment now) {
  --under_way_;
  volume_.note_bytes(ticket.bytes);
  if (ticket.probe) probing_ = false;
  const bool stopped = error != nullptr && error->kind == ErrorKind::cancelled;
  if (ticket.spell != spell_ || stopped) return;
  if (error != nullptr && disposition_of(*error) == Disposition::wait_and_retry) {
    note_overload(ticket, *error, now);
  } else {
    note_success(ticket, now);
  }
}

void Pace::note_overload(const Ticket& ticket, const Error& error, Moment now) {
  last_reason_ = error.what;
  note_sign(error.what, now);
  if (ticket.probe) {
    breaker_.note_failed_probe(error.retry_after, now.time);
    doing_ = waiting_text(now.time);
    return;
  }
  width_.note_sign(ticket.abreast, ticket.began, now.time);
  if (breaker_.note_sign(kind_of(ticket.track), error.retry_after, ticket.began, now.time)) {
    ++spell_;
    volume_.note_collapse();
    doing_ = waiting_text(now.time);
    log(LogLevel::warning, settings_.host + " is failing (" + error.what + "): waiting it out");
  } else {
    not_before_ = std::max(not_before_, now.time + breaker_.cooling());
  }
}

std::string Pace::waiting_text(Time now) const {
  return "next try in " + text_of(rounded_up(breaker_.next_probe() - now));
}

void Pace::note_success(const Ticket& ticket, Moment now) {
  breaker_.note_success(kind_of(ticket.track));
  if (ticket.probe) {
    breaker_.close();
    ++spell_;
    width_.begin_anew(now.time);
    not_before_ = now.time;
    doing_.clear();
    log(LogLevel::info, settings_.host + " answers again");
    return;
  }
  if (now.time - last_sign_at_ > k_sign_is_news) last_sign_.clear();
  if (!settings_.adaptive) return;
  const int before = width();
  width_.note_clean(ticket.abreast, note_delay(ticket, now.time), now.time);
  if (width() < before) note_sign("answers take longer than usual", now);
}

void Pace::note_sign(const std::string& what, Moment now) {
  last_sign_ = what + " at " + wall_time_of_day(now.wall);
  last_sign_at_ = now.time;
}

double Pace::note_delay(const Ticket& ticket, Time now) {
  if (!settings_.follows_delay) return 1;
  DelayTrack& track = delays_.at(static_cast<std::size_t>(ticket.track));
  track.add(
      std::chrono::duration_cast<milliseconds>(ticket.first_byte.value_or(now) - ticket.began));
  return track.gradient();
}

void Pace::rest_if_due(Time now) {
  if (!settings_.rests || !settings_.adaptive) return;
  const auto served = volume_.served();
  const auto span = volume_.take_rest();
  if (!span) return;
  rest_begun_ = true;
  not_before_ = std::max(not_before_, now + *span);
  doing_ =
      "resting " + text_of(*span) + " after " + std::to_string(served.downloads) + " downloads";
  log(LogLevel::info, settings_.host + ": " + doing_);
}

milliseconds Pace::carry(std::int64_t bytes, Moment now) {
  const std::int64_t rate = settings_.bandwidth.rate_at(now.wall);
  // During a pause what has begun may end.
  if (rate == Timetable::k_no_limit || rate == Timetable::k_pause) return milliseconds(0);
  next_byte_ = std::max(now.time, next_byte_) +
               seconds_for(static_cast<double>(bytes), static_cast<double>(rate));
  return rounded_up(next_byte_ - now.time);
}

}  // namespace fmferry
