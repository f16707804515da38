// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/connection.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace fmferry::odbc {

class Pool;

// A connection, held for the time of a call. Gives it back when destroyed, or drops it when it is
// lost.
class Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) = delete;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  Connection& operator*() const { return *connection_; }

  Connection* operator->() const { return connection_.get(); }

 private:
  friend class Pool;
  Lease(Pool* pool, std::unique_ptr<Connection> connection);

  Pool* pool_;
  std::unique_ptr<Connection> connection_;
};

// The few connections that we hold at the server: made on demand and reused. When one is lost,
// those that lie idle are dropped with it, as they went the same way. Logins happen one at a time,
// and none after the server has refused the account: repeated tries with a wrong password would
// lock it. Thread-safe; no I/O under the lock.
class Pool {
 public:
  Pool(std::shared_ptr<const DriverManager> manager, const OdbcOptions& options);

  // A connection for this caller alone; waits while `max_connections` are busy.
  Result<Lease> borrow(const CallContext& context);
  // Ends the idle connections; the next borrow() makes a new one.
  void end_idle();
  // Ends the idle connections and refuses every further borrow(); those in use end with their call.
  void close();
  // The server has let us in before.
  [[nodiscard]] bool was_ever_in() const;

 private:
  friend class Lease;

  Result<std::unique_ptr<Connection>> take_turn(const CallContext& context);
  Result<std::unique_ptr<Connection>> log_in();
  void give_back(std::unique_ptr<Connection> connection);

  const std::shared_ptr<const DriverManager> manager_;
  const OdbcOptions& options_;
  std::mutex login_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_:
  std::vector<std::unique_ptr<Connection>> idle_;
  int busy_{0};
  bool closed_{false};
  bool was_in_{false};
  std::optional<Error> refusal_;
};

}  // namespace fmferry::odbc
