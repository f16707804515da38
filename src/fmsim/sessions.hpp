// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace fmsim {

// The Data API's sessions: opened by a login, kept alive by use, gone after an idle time, a logout
// or a crash. Thread-safe.
class Sessions {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::chrono::seconds idle{900};
    std::size_t most{50};
  };

  struct Counts {
    std::size_t open{0};
    std::uint64_t opened{0};
    std::size_t peak{0};
  };

  explicit Sessions(Limits limits) : limits_(limits) {}

  // A new token bound to the spelling of the database, or nothing when too many are open.
  // It ends at `end` however busy it is.
  std::optional<std::string> open(const std::string& database, Time now, Time end = Time::max());

  // Whether the token is alive; if so its idle time starts anew. An empty `database` matches any,
  // else the spelling must be the login's.
  bool use(const std::string& token, const std::string& database, Time now);

  // Whether the token's session came to the end that open() set.
  [[nodiscard]] bool has_ended(const std::string& token, Time now) const;

  // The session's number, without touching its idle time. Numbers are never given twice.
  std::optional<std::uint64_t> number_of(const std::string& token, Time now) const;
  [[nodiscard]] bool is_alive(std::uint64_t number, Time now) const;

  // False when there was no such session.
  bool close(const std::string& token);
  void close_all();

  void set_global(const std::string& token, const std::string& field, const std::string& value);

  [[nodiscard]] Counts counts(Time now);
  void reset_peak();

 private:
  struct Session {
    std::uint64_t number{0};
    std::string database;
    Time used{};
    Time end{Time::max()};
    std::map<std::string, std::string> globals;
  };

  [[nodiscard]] bool expired(const Session& session, Time now) const;
  void drop_expired(Time now);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Session> sessions_;
  std::unordered_map<std::uint64_t, std::string> tokens_;
  std::unordered_set<std::string> ended_;
  std::uint64_t last_number_{0};
  std::size_t peak_{0};
};

}  // namespace fmsim
