// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/dataapi/sessions.hpp>

#include <thread>
#include <utility>

namespace fmferry::dataapi {
namespace {

// A login given up halfway leaves a session at the server that nobody can end, as its token never
// came. So a stop reaches a login that is under way only after this time.
constexpr std::chrono::milliseconds k_login_grace{3000};

class LateStop {
 public:
  explicit LateStop(const std::stop_token& outer)
      : chain_(outer, [this] { raise(asked_); }), timer_([this] { run(); }) {}

  ~LateStop() { raise(over_); }

  LateStop(const LateStop&) = delete;
  LateStop& operator=(const LateStop&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void raise(bool& flag) {
    const std::scoped_lock lock(mutex_);
    flag = true;
    changed_.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return asked_ || over_; });
    if (changed_.wait_for(lock, k_login_grace, [this] { return over_; })) return;
    lock.unlock();
    stop_.request_stop();
  }

  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool asked_{false};  // guarded by mutex_
  bool over_{false};   // guarded by mutex_
  std::stop_source stop_{};
  std::stop_callback<std::function<void()>> chain_;
  std::jthread timer_;  // the last member: it ends before the others do
};

}  // namespace

Lease::Lease(SessionPool* pool, std::int64_t number, std::string token, bool shared)
    : pool_(pool), number_(number), token_(std::move(token)), shared_(shared) {}

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      number_(other.number_),
      token_(std::move(other.token_)),
      shared_(other.shared_) {}

Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(number_, shared_);
}

SessionPool::SessionPool(SessionOptions options,
                         Login login,
                         Logout logout,
                         std::shared_ptr<Clock> clock)
    : options_(options),
      login_(std::move(login)),
      logout_(std::move(logout)),
      clock_(std::move(clock)) {}

SessionPool::~SessionPool() {
  close();
}

Result<Lease> SessionPool::lease(const CallContext& context) {
  Lock lock(mutex_);
  while (true) {
    FMF_TRY(may_go_on(context));
    if (end_outdated(lock)) continue;  // the lock was open meanwhile
    if (auto idle = take_idle()) return std::move(*idle);
    const bool has_room = static_cast<int>(sessions_.size()) < options_.max_sessions;
    if (has_room && !logging_in_) return make_session(lock, context);
    wait(lock, context);
  }
}

Result<Lease> SessionPool::replace(Lease dead, const CallContext& context) {
  Lock lock(mutex_);
  if (auto found = sessions_.find(dead.number()); found != sessions_.end()) {
    found->second.dead = true;  // keeps its place among max_sessions
  }
  const auto replaced = [&]() -> Result<Lease> {
    while (true) {
      FMF_TRY(may_go_on(context));
      if (!logging_in_) return make_session(lock, context);
      wait(lock, context);
    }
  };
  auto fresh = replaced();
  sessions_.erase(dead.number());
  lock.unlock();  // before `dead` is given back
  return fresh;
}

std::optional<Lease> SessionPool::borrow(std::int64_t number) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(number);
  if (closed_ || found == sessions_.end() || found->second.dead) return std::nullopt;
  ++in_use_;
  ++found->second.borrowed;
  return Lease(this, number, found->second.token, true);
}

void SessionPool::give_back(std::int64_t number, bool shared) {
  const std::scoped_lock lock(mutex_);
  --in_use_;
  const auto found = sessions_.find(number);
  if (found != sessions_.end()) {
    if (shared) {
      --found->second.borrowed;
    } else {
      found->second.leased = false;
      found->second.last_used = clock_->now();
    }
  }
  changed_.notify_all();
}

Status SessionPool::may_go_on(const CallContext& context) const {
  if (closed_) return fail(ErrorKind::cancelled, "the source is closed");
  if (refused_) return fail(*refused_);
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  if (context.deadline && std::chrono::steady_clock::now() >= *context.deadline) {
    return fail(ErrorKind::timeout, "no session came free in time");
  }
  return {};
}

void SessionPool::wait(Lock& lock, const CallContext& context) {
  // One wake-up is enough: the callers look again at everything.
  bool woken = false;
  const auto once = [&woken] { return std::exchange(woken, true); };
  if (context.deadline) {
    changed_.wait_until(lock, context.stop, *context.deadline, once);
  } else {
    changed_.wait(lock, context.stop, once);
  }
}

// The youngest idle session.
std::optional<Lease> SessionPool::take_idle() {
  auto best = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    if (at->second.leased) continue;
    if (best == sessions_.end() || at->second.last_used > best->second.last_used) best = at;
  }
  if (best == sessions_.end()) return std::nullopt;
  best->second.leased = true;
  ++in_use_;
  return Lease(this, best->first, best->second.token, false);
}

// Ends idle sessions that the server is about to forget. True when there were any.
bool SessionPool::end_outdated(Lock& lock) {
  return end_unused_since(lock, clock_->now() - options_.idle_limit);
}

void SessionPool::end_idle() {
  Lock lock(mutex_);
  if (!closed_) end_unused_since(lock, clock_->now() + std::chrono::milliseconds(1));
}

bool SessionPool::end_unused_since(Lock& lock, std::chrono::steady_clock::time_point since) {
  std::map<std::int64_t, Session> outdated;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto next = std::next(at);
    const bool unused = !at->second.leased && at->second.borrowed == 0;
    if (unused && at->second.last_used < since) {
      outdated.insert(sessions_.extract(at));
    }
    at = next;
  }
  if (outdated.empty()) return false;
  ++in_use_;
  lock.unlock();
  end_all(outdated);
  lock.lock();
  --in_use_;
  changed_.notify_all();
  return true;
}

Result<Lease> SessionPool::make_session(Lock& lock, const CallContext& context) {
  logging_in_ = true;
  ++in_use_;
  lock.unlock();
  auto token = [&] {
    const LateStop late(context.stop);
    return login_({.stop = late.token(), .deadline = context.deadline});
  }();
  lock.lock();
  logging_in_ = false;
  changed_.notify_all();
  if (!token) {
    --in_use_;
    if (token.error().kind == ErrorKind::denied) refused_ = token.error();
    return fail(std::move(token).error());
  }
  if (closed_) {
    lock.unlock();
    static_cast<void>(logout_(*token));
    lock.lock();
    --in_use_;
    changed_.notify_all();
    return fail(ErrorKind::cancelled, "the source is closed");
  }
  const std::int64_t number = ++last_number_;
  sessions_[number] = {.token = *token, .last_used = clock_->now(), .leased = true};
  return Lease(this, number, std::move(*token), false);
}

void SessionPool::close() {
  std::map<std::int64_t, Session> left;
  {
    Lock lock(mutex_);
    if (closed_) return;
    closed_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, options_.close_wait, [this] { return in_use_ == 0; });
    left.swap(sessions_);
  }
  end_all(left);
}

void SessionPool::end_all(const std::map<std::int64_t, Session>& sessions) const {
  for (const auto& [number, session] : sessions) {
    if (!logout_(session.token)) return;
  }
}

}  // namespace fmferry::dataapi
