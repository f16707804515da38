// SPDX-License-Identifier: Apache-2.0
#include <fmsim/random.hpp>
#include <fmsim/sessions.hpp>

#include <algorithm>

namespace fmsim {

bool Sessions::expired(const Session& session, Time now) const {
  return now - session.used >= limits_.idle || now >= session.end;
}

void Sessions::drop_expired(Time now) {
  for (auto each = sessions_.begin(); each != sessions_.end();) {
    if (expired(each->second, now)) {
      if (now >= each->second.end) ended_.insert(each->first);
      tokens_.erase(each->second.number);
      each = sessions_.erase(each);
    } else {
      ++each;
    }
  }
}

std::optional<std::string> Sessions::open(const std::string& database, Time now, Time end) {
  constexpr std::size_t k_token_bytes = 26;
  const std::scoped_lock lock(mutex_);
  drop_expired(now);
  if (sessions_.size() >= limits_.most) return std::nullopt;
  std::string token = random_hex(k_token_bytes, false);
  sessions_[token] = {++last_number_, database, now, end, {}};
  tokens_[last_number_] = token;
  peak_ = std::max(peak_, sessions_.size());
  return token;
}

bool Sessions::use(const std::string& token, const std::string& database, Time now) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(token);
  if (found == sessions_.end() || expired(found->second, now)) return false;
  if (!database.empty() && database != found->second.database) return false;
  found->second.used = std::max(found->second.used, now);
  return true;
}

bool Sessions::has_ended(const std::string& token, Time now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(token);
  return found == sessions_.end() ? ended_.contains(token) : now >= found->second.end;
}

std::optional<std::uint64_t> Sessions::number_of(const std::string& token, Time now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(token);
  if (found == sessions_.end() || expired(found->second, now)) return std::nullopt;
  return found->second.number;
}

bool Sessions::is_alive(std::uint64_t number, Time now) const {
  const std::scoped_lock lock(mutex_);
  const auto token = tokens_.find(number);
  if (token == tokens_.end()) return false;
  const auto found = sessions_.find(token->second);
  return found != sessions_.end() && !expired(found->second, now);
}

bool Sessions::close(const std::string& token) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return false;
  tokens_.erase(found->second.number);
  sessions_.erase(found);
  return true;
}

void Sessions::close_all() {
  const std::scoped_lock lock(mutex_);
  sessions_.clear();
  tokens_.clear();
}

void Sessions::set_global(const std::string& token,
                          const std::string& field,
                          const std::string& value) {
  const std::scoped_lock lock(mutex_);
  const auto found = sessions_.find(token);
  if (found != sessions_.end()) found->second.globals[field] = value;
}

Sessions::Counts Sessions::counts(Time now) {
  const std::scoped_lock lock(mutex_);
  drop_expired(now);
  return {sessions_.size(), last_number_, peak_};
}

void Sessions::reset_peak() {
  const std::scoped_lock lock(mutex_);
  peak_ = sessions_.size();
}

}  // namespace fmsim
