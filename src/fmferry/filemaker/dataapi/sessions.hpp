// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace fmferry::dataapi {

class SessionPool;

// A session at the server, held for the time of a call. Gives it back when destroyed.
class Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) = delete;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  [[nodiscard]] std::int64_t number() const { return number_; }

  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  friend class SessionPool;
  Lease(SessionPool* pool, std::int64_t number, std::string token, bool shared);

  SessionPool* pool_;
  std::int64_t number_;
  std::string token_;
  bool shared_;
};

struct SessionOptions {
  int max_sessions{4};
  std::chrono::minutes idle_limit{14};
  std::chrono::milliseconds close_wait{3'000};
};

// The few sessions we hold at the server: made on demand, reused, and all ended by close().
// Numbers are never used twice, so a stream address can name the session it was made for.
// Logins happen one at a time, and none after the server has refused the account: concurrent or
// repeated tries with a wrong password would lock it. Thread-safe; no I/O under the lock.
class SessionPool {
 public:
  using Login = std::function<Result<std::string>(const CallContext&)>;
  // Ends one session; false when the server can't be reached, which spares the others the wait.
  using Logout = std::function<bool(const std::string& token)>;

  SessionPool(SessionOptions options, Login login, Logout logout, std::shared_ptr<Clock> clock);
  ~SessionPool();
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  // A session for this caller alone; waits while max_sessions are busy.
  Result<Lease> lease(const CallContext& context);
  // The caller's session is no longer known to the server: a new one in its place.
  Result<Lease> replace(Lease dead, const CallContext& context);
  // The session of that number, shared with whoever uses it, if it is still open.
  std::optional<Lease> borrow(std::int64_t number);
  // Ends the sessions that nobody uses now; the next caller logs in again.
  void end_idle();
  // Ends every session, also those in use after a short wait, and refuses to make another.
  void close();

 private:
  friend class Lease;

  struct Session {
    std::string token{};
    std::chrono::steady_clock::time_point last_used{};
    bool leased{false};
    int borrowed{0};
    bool dead{false};  // the server does not know it any more
  };

  using Lock = std::unique_lock<std::mutex>;

  void give_back(std::int64_t number, bool shared);
  [[nodiscard]] Result<Lease> make_session(Lock& lock, const CallContext& context);
  [[nodiscard]] std::optional<Lease> take_idle();
  [[nodiscard]] bool end_outdated(Lock& lock);
  bool end_unused_since(Lock& lock, std::chrono::steady_clock::time_point since);
  [[nodiscard]] Status may_go_on(const CallContext& context) const;
  void wait(Lock& lock, const CallContext& context);
  void end_all(const std::map<std::int64_t, Session>& sessions) const;

  const SessionOptions options_;
  const Login login_;
  const Logout logout_;
  const std::shared_ptr<Clock> clock_;

  std::mutex mutex_{};
  std::condition_variable_any changed_{};
  // All below are guarded by mutex_.
  std::map<std::int64_t, Session> sessions_{};
  std::int64_t last_number_{0};
  int in_use_{0};  // leases, borrowings and logins under way
  bool logging_in_{false};
  bool closed_{false};
  std::optional<Error> refused_{};
};

}  // namespace fmferry::dataapi
