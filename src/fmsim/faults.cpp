// SPDX-License-Identifier: Apache-2.0
#include <fmsim/faults.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/random.hpp>

#include <utility>

namespace fmsim {

void Faults::replace(std::vector<FaultRule> rules, Time now) {
  const std::scoped_lock lock(mutex_);
  rules_.clear();
  for (FaultRule& rule : rules) rules_.push_back({std::move(rule), 0, 0});
  since_ = now;
}

bool Faults::is_due(const Counted& counted, std::chrono::milliseconds age) const {
  const FaultTiming& timing = counted.rule.timing;
  if (age < timing.from || age >= timing.until) return false;
  if (counted.seen < timing.first || counted.seen > timing.last) return false;
  if ((counted.seen - timing.first + 1) % timing.every != 0) return false;
  return unit(mix(seed_ ^ mix(counted.rule.line) ^ counted.seen)) < timing.chance;
}

std::vector<Fault> Faults::hit(const FaultSubject& subject, Time now) {
  std::vector<Fault> faults;
  const std::scoped_lock lock(mutex_);
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  for (Counted& counted : rules_) {
    if (!matches(counted.rule, subject)) continue;
    // Before its time a rule does not even count.
    if (age < counted.rule.timing.from) continue;
    ++counted.seen;
    if (!is_due(counted, age)) continue;
    ++counted.hits;
    faults.push_back(counted.rule.fault);
  }
  return faults;
}

std::string Faults::json() const {
  const std::scoped_lock lock(mutex_);
  std::string json = "[";
  for (const Counted& counted : rules_) {
    json += json.size() > 1 ? ",{" : "{";
    append_raw_member(json, "line", std::to_string(counted.rule.line));
    append_member(json, "rule", counted.rule.source);
    append_raw_member(json, "seen", std::to_string(counted.seen));
    append_raw_member(json, "hits", std::to_string(counted.hits));
    append_raw_member(json, "done", counted.seen >= counted.rule.timing.last ? "true" : "false");
    json += '}';
  }
  return json + "]";
}

}  // namespace fmsim
