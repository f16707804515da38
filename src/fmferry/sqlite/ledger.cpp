// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/sqlite/ledger.hpp>
#include <fmferry/sqlite/ledger_events.hpp>
#include <fmferry/sqlite/ledger_rows.hpp>
#include <fmferry/sqlite/ledger_schema.hpp>
#include <fmferry/sqlite/ledger_walk.hpp>

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

namespace fmferry {
namespace {

Result<FileHandle> take_lock(const std::filesystem::path& file) {
  const std::filesystem::path path = file.string() + ".lock";
  FileHandle lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.is_open()) return fail(errno_error("cannot create", path));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return fail(errno_error("cannot lock", path));
  return fail(ErrorKind::busy,
              "another run holds the ledger " + file.string() + ": wait for it to end, or stop it");
}

Status prepare_schema(SqliteConnection& connection, const std::filesystem::path& file) {
  FMF_TRY_ASSIGN(const auto tables, connection.query_integer("SELECT count(*) FROM sqlite_master"));
  int version = 0;
  if (tables != 0) {
    FMF_TRY_ASSIGN(version, require_ledger(connection, file));
  }
  FMF_TRY(connection.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  if (version == k_ledger_version) return {};
  FMF_TRY_ASSIGN(auto transaction, SqliteTransaction::begin(connection));
  if (version == 0) {
    FMF_TRY(connection.exec(k_ledger_schema));
  }
  if (version == 1) {
    FMF_TRY(connection.exec(k_ledger_from_1_to_2));
  }
  if (version == 1 || version == 2) {
    FMF_TRY(connection.exec(k_ledger_from_2_to_3));
  }
  FMF_KILL_POINT("ledger.schema.before");
  FMF_TRY(transaction.commit());
  FMF_KILL_POINT("ledger.schema.after");
  return {};
}

class Impl final : public Ledger {
 public:
  Impl(SqliteConnection connection,
       int version,
       std::optional<FileHandle> lock,
       std::shared_ptr<Clock> clock)
      : connection_(std::move(connection)),
        version_(version),
        lock_(std::move(lock)),
        clock_(std::move(clock)) {}

  Status start() {
    if (!lock_) return {};
    FMF_TRY(chain_.resume(connection_));
    FMF_TRY_ASSIGN(walk_, connection_.query_integer("SELECT coalesce(max(walk), 0) FROM record"));
    return {};
  }

  Status bind(const JobIdentity& job) override {
    const std::scoped_lock lock(database_);
    return write([&]() -> Status {
      FMF_TRY(bind_one("source", job.source));
      FMF_TRY(bind_one("store", job.store));
      FMF_TRY(bind_one("key_template", job.key_template));
      return bind_one("containers", job.containers);
    });
  }

  Status begin_walk() override {
    const std::scoped_lock lock(database_);
    if (!lock_) return fail(read_only());
    ++walk_;
    return {};
  }

  Result<std::vector<bool>> see(std::span<const SeenRecord> records) override {
    const std::scoped_lock lock(database_);
    std::vector<bool> known;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    FMF_TRY(write([&]() -> Status {
      for (const auto& record : records) {
        FMF_TRY_ASSIGN(const SightKind kind, see_one(connection_, record, walk_));
        known.push_back(kind == SightKind::again);
        added += kind == SightKind::added ? 1 : 0;
        changed += kind == SightKind::changed ? 1 : 0;
        if (kind != SightKind::same && kind != SightKind::again) {
          FMF_TRY(event(record.record_id, name_of(Step::seen), detail_of(record)));
        }
      }
      return {};
    }));
    added_ += added;
    changed_ += changed;
    return known;
  }

  Result<WalkResult> end_walk(std::int64_t source_count, WalkRules rules) override {
    const std::scoped_lock lock(database_);
    WalkResult result{.added = added_, .changed = changed_};
    FMF_TRY(write([&]() -> Status {
      const EventWriter note = [this](RecordId id, std::string_view step, std::string detail) {
        return event(id, step, std::move(detail));
      };
      FMF_TRY_ASSIGN(result.gone, mark_gone(connection_, walk_, note));
      FMF_TRY(mark_duplicates(connection_, rules, note));
      FMF_TRY_ASSIGN(result.seen,
                     connection_.query_integer("SELECT count(*) FROM record WHERE present = 1"));
      return set_meta("source_count", std::to_string(source_count));
    }));
    added_ = changed_ = 0;
    return result;
  }

  Result<std::vector<LedgerRow>> due(Phase phase, RecordId after, int limit) override {
    return select_rows(due_condition(phase), after, limit);
  }

  Result<std::int64_t> due_count(Phase phase) override {
    const std::scoped_lock lock(database_);
    return connection_.query_integer("SELECT count(*) FROM record WHERE " + due_condition(phase));
  }

  Status record(std::span<const StepUpdate> updates) override;

  Result<LedgerCounts> counts() override {
    const std::scoped_lock lock(database_);
    return read_counts(connection_, version_);
  }

  Result<std::vector<SameBytes>> same_bytes() override {
    const std::scoped_lock lock(database_);
    return read_same_bytes(connection_);
  }

  Result<std::vector<LedgerRow>> rows(RecordId after, int limit) override {
    return select_rows("1", after, limit);
  }

  Result<std::vector<bool>> owns(std::span<const std::string> keys) override;
  Result<std::int64_t> requeue(std::string_view reason) override;

  Status clear_problems() override {
    const std::scoped_lock lock(database_);
    return write([&]() -> Status {
      FMF_TRY_ASSIGN(const auto troubled,
                     record_ids("stamp_problem <> '' OR link_problem <> ''", std::nullopt));
      for (const RecordId id : troubled) {
        FMF_TRY(take_step({.record_id = id,
                           .step = Step::tried,
                           .stamp_problem = std::string(),
                           .link_problem = std::string()}));
      }
      // The same bytes will be no picture the next time either: no event for each of them a run.
      FMF_TRY_ASSIGN(const auto without,
                     record_ids("thumbnail_problem NOT IN ('', 'not_a_picture')", std::nullopt));
      for (const RecordId id : without) {
        FMF_TRY(
            take_step({.record_id = id, .step = Step::tried, .thumbnail_problem = std::string()}));
      }
      return {};
    });
  }

  Status keep(Fact fact, std::string_view value) override {
    const std::scoped_lock lock(database_);
    return write(
        [&]() -> Status { return set_meta(std::string(name_of(fact)), std::string(value)); });
  }

  Result<std::string> kept(Fact fact) override {
    const std::scoped_lock lock(database_);
    FMF_TRY_ASSIGN(const auto value, meta(std::string(name_of(fact))));
    return value.value_or(std::string());
  }

  Status note_run(std::string_view text) override {
    const std::scoped_lock lock(database_);
    return write(
        [&]() -> Status { return event(std::nullopt, name_of(Step::run), note_detail(text)); });
  }

 private:
  // One caller's updates on their way into a shared commit.
  struct Waiting {
    std::span<const StepUpdate> updates;
    bool done{false};
    std::optional<Error> error{};
  };

  // Runs the body in one transaction; the chain is taken back when it fails. Needs database_.
  template <class Body>
  Status write(const Body& body) {
    if (!lock_) return fail(read_only());
    Status status = [&]() -> Status {
      FMF_TRY_ASSIGN(auto transaction, SqliteTransaction::begin(connection_));
      FMF_KILL_POINT("ledger.write.begun");
      FMF_TRY(body());
      FMF_TRY(chain_.seal(connection_));
      FMF_KILL_POINT("ledger.commit.before");
      FMF_TRY(transaction.commit());
      FMF_KILL_POINT("ledger.commit.after");
      return {};
    }();
    if (!status) {
      if (Status resumed = chain_.resume(connection_); !resumed) return resumed;
      return fail(std::move(status).error().at("ledger"));
    }
    return status;
  }

  static Error read_only() {
    return {.kind = ErrorKind::denied, .what = "the ledger was opened for reading only"};
  }

  // Row and event of one step, inside a transaction.
  Status take_step(const StepUpdate& update) {
    FMF_TRY(apply(connection_, update));
    return event(update.record_id, name_of(update.step), detail_of(update));
  }

  Result<std::vector<RecordId>> record_ids(const std::string& condition,
                                           const std::optional<std::string>& parameter) {
    FMF_TRY_ASSIGN(auto select,
                   connection_.prepare("SELECT record_id FROM record WHERE " + condition));
    if (parameter) select.bind_text(1, *parameter);
    std::vector<RecordId> found;
    while (true) {
      FMF_TRY_ASSIGN(const bool row, select.step());
      if (!row) return found;
      found.push_back(select.integer(0));
    }
  }

  Status event(std::optional<RecordId> record_id, std::string_view step, std::string detail) {
    return chain_.append(
        connection_, to_iso8601(clock_->wall()), run_, record_id, step, std::move(detail));
  }

  Status bind_one(const std::string& name, const std::string& value) {
    if (value.empty()) return {};
    FMF_TRY_ASSIGN(const auto known, meta(name));
    if (!known) return set_meta(name, value);
    if (*known == value) return {};
    if (name == name_of(Fact::source)) {
      FMF_TRY_ASSIGN(const auto other, meta(std::string(name_of(Fact::pushed_to))));
      if (other == value) return {};
    }
    return fail(ErrorKind::invalid,
                "the ledger belongs to another job (its " + name + " is '" + *known + "', not '" +
                    value + "'): put the setting back, or name a new ledger");
  }

  Result<std::optional<std::string>> meta(const std::string& name) {
    FMF_TRY_ASSIGN(auto select, connection_.prepare("SELECT value FROM meta WHERE name = ?"));
    select.bind_text(1, name);
    FMF_TRY_ASSIGN(const bool known, select.step());
    if (!known) return std::nullopt;
    return select.text(0);
  }

  Status set_meta(const std::string& name, const std::string& value) {
    FMF_TRY_ASSIGN(auto insert,
                   connection_.prepare("INSERT INTO meta(name, value) VALUES(?, ?) "
                                       "ON CONFLICT(name) DO UPDATE SET value = excluded.value"));
    insert.bind_text(1, name);
    insert.bind_text(2, value);
    return insert.run();
  }

  Result<std::vector<LedgerRow>> select_rows(const std::string& condition,
                                             RecordId after,
                                             int limit) {
    const std::scoped_lock lock(database_);
    FMF_TRY_ASSIGN(auto select,
                   connection_.prepare("SELECT " + row_columns(version_) +
                                       " FROM record WHERE record_id > ? "
                                       "AND (" +
                                       condition + ") ORDER BY record_id LIMIT ?"));
    select.bind_integer(1, after);
    select.bind_integer(2, limit);
    std::vector<LedgerRow> found;
    while (true) {
      FMF_TRY_ASSIGN(const bool row, select.step());
      if (!row) return found;
      found.push_back(read_row(select));
    }
  }

  void commit_together(std::vector<Waiting*>& batch);

  std::mutex database_;  // guards connection_, chain_ and the walk's numbers
  SqliteConnection connection_;
  const int version_;               // ours, but for an older ledger that is only read
  std::optional<FileHandle> lock_;  // empty: read only
  std::shared_ptr<Clock> clock_;
  EventChain chain_;
  std::string run_{uuid_v4().substr(0, 8)};
  std::int64_t walk_{0};
  std::int64_t added_{0};
  std::int64_t changed_{0};
  std::int64_t owned_as_of_{-1};  // the last event when owns() made its table

  std::mutex queue_mutex_;  // guards the two below
  std::condition_variable queue_changed_;
  std::vector<Waiting*> queue_;
  bool committing_{false};
};

// The first caller commits for all who came while the commit before was under way: a slow disk
// costs each of them one sync, not one after the other.
Status Impl::record(std::span<const StepUpdate> updates) {
  Waiting mine{.updates = updates};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&mine);
  queue_changed_.wait(lock, [&] { return mine.done || !committing_; });
  if (!mine.done) {
    committing_ = true;
    std::vector<Waiting*> batch = std::exchange(queue_, {});
    lock.unlock();
    commit_together(batch);
    lock.lock();
    for (Waiting* waiting : batch) waiting->done = true;
    committing_ = false;
    queue_changed_.notify_all();
  }
  if (mine.error) return fail(std::move(*mine.error));
  return {};
}

void Impl::commit_together(std::vector<Waiting*>& batch) {
  const std::scoped_lock lock(database_);
  const Status status = write([&]() -> Status {
    for (const Waiting* waiting : batch) {
      for (const StepUpdate& update : waiting->updates) FMF_TRY(take_step(update));
    }
    return {};
  });
  if (status) return;
  for (Waiting* waiting : batch) waiting->error = status.error();
}

// Keys have no index, as only this asks for them: a temporary table stands in for one, made anew
// when somebody wrote since.
Result<std::vector<bool>> Impl::owns(std::span<const std::string> keys) {
  const std::scoped_lock lock(database_);
  FMF_TRY_ASSIGN(const auto last,
                 connection_.query_integer("SELECT coalesce(max(seq), 0) FROM main.event"));
  if (owned_as_of_ != last) {
    FMF_TRY(
        connection_.exec("DROP TABLE IF EXISTS temp.owned;"
                         "CREATE TEMP TABLE owned(key TEXT PRIMARY KEY) WITHOUT ROWID;"
                         "INSERT OR IGNORE INTO temp.owned SELECT key FROM main.record "
                         "WHERE key IS NOT NULL"));
    owned_as_of_ = last;
  }
  FMF_TRY_ASSIGN(auto select, connection_.prepare("SELECT 1 FROM temp.owned WHERE key = ?"));
  std::vector<bool> owned;
  for (const auto& key : keys) {
    select.bind_text(1, key);
    FMF_TRY_ASSIGN(const bool found, select.step());
    owned.push_back(found);
    select.reset();
  }
  return owned;
}

Result<std::int64_t> Impl::requeue(std::string_view reason) {
  const std::scoped_lock lock(database_);
  std::vector<RecordId> found;
  FMF_TRY(write([&]() -> Status {
    if (reason.empty()) {
      FMF_TRY_ASSIGN(found, record_ids("fate = 'quarantined'", std::nullopt));
    } else {
      FMF_TRY_ASSIGN(found,
                     record_ids("reason = ? AND fate IN ('quarantined', 'corrupt', 'refused', "
                                "'empty')",
                                std::string(reason)));
    }
    for (const RecordId id : found) {
      FMF_TRY(take_step(
          {.record_id = id, .step = Step::fate, .fate = Fate::pending, .reason = std::string()}));
      FMF_TRY(
          connection_.exec("UPDATE record SET tries = 0 WHERE record_id = " + std::to_string(id)));
    }
    return {};
  }));
  return static_cast<std::int64_t>(found.size());
}

}  // namespace

Result<std::unique_ptr<Ledger>> SqliteLedger::open(const std::filesystem::path& file,
                                                   std::shared_ptr<Clock> clock) {
  FMF_TRY_ASSIGN(FileHandle lock, take_lock(file));
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(file, {.mode = SqliteMode::create}));
  FMF_TRY(prepare_schema(connection, file));
  auto ledger = std::make_unique<Impl>(
      std::move(connection), k_ledger_version, std::move(lock), std::move(clock));
  FMF_TRY(ledger->start());
  return ledger;
}

Result<std::unique_ptr<Ledger>> SqliteLedger::open_read_only(const std::filesystem::path& file,
                                                             std::shared_ptr<Clock> clock) {
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(file, {.mode = SqliteMode::read_only}));
  FMF_TRY_ASSIGN(const int version, require_ledger(connection, file));
  return std::make_unique<Impl>(std::move(connection), version, std::nullopt, std::move(clock));
}

}  // namespace fmferry
