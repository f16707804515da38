// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/pool.hpp>

#include <algorithm>
#include <utility>

namespace fmferry::odbc {

Lease::Lease(Pool* pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}

Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(std::move(connection_));
}

Pool::Pool(std::shared_ptr<const DriverManager> manager, const OdbcOptions& options)
    : manager_(std::move(manager)), options_(options) {}

Result<Lease> Pool::borrow(const CallContext& context) {
  FMF_TRY(may_go_on(context));
  FMF_TRY_ASSIGN(auto connection, take_turn(context));
  if (connection == nullptr) {
    auto made = log_in();
    if (!made) {
      give_back(nullptr);
      return fail(std::move(made).error());
    }
    connection = std::move(*made);
  }
  return Lease(this, std::move(connection));
}

// Null: the caller's turn, but no connection lies idle.
Result<std::unique_ptr<Connection>> Pool::take_turn(const CallContext& context) {
  std::unique_lock lock(mutex_);
  const int most = std::max(1, options_.max_connections);
  changed_.wait(lock, context.stop, [this, most] { return closed_ || busy_ < most; });
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
  if (closed_) return fail(ErrorKind::invalid, "the source was closed");
  ++busy_;
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

Result<std::unique_ptr<Connection>> Pool::log_in() {
  const std::scoped_lock one_at_a_time(login_);
  {
    const std::scoped_lock lock(mutex_);
    if (refusal_) return fail(*refusal_);
  }
  auto made = Connection::open(manager_, options_);
  const std::scoped_lock lock(mutex_);
  if (made) was_in_ = true;
  if (!made && made.error().kind == ErrorKind::denied) refusal_ = made.error();
  return made;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  std::vector<std::unique_ptr<Connection>> dropped;  // ended after the lock
  {
    const std::scoped_lock lock(mutex_);
    --busy_;
    const bool lost = connection != nullptr && connection->is_lost();
    if (lost) dropped.swap(idle_);
    if (connection != nullptr && !lost && !closed_) idle_.push_back(std::move(connection));
  }
  changed_.notify_one();
}

void Pool::end_idle() {
  std::vector<std::unique_ptr<Connection>> ended;  // after the lock
  const std::scoped_lock lock(mutex_);
  ended.swap(idle_);
}

void Pool::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  end_idle();
  changed_.notify_all();
}

bool Pool::was_ever_in() const {
  const std::scoped_lock lock(mutex_);
  return was_in_;
}

}  // namespace fmferry::odbc
