// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fault_rule.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <functional>
#include <sstream>

namespace fmsim {
namespace {

// Thrown within this file for one bad line.
struct SyntaxError {
  std::string message;
};

constexpr std::array<std::string_view, 29> k_kinds{
    "container",   "redirect",  "engine",   "login",   "logout",    "validate",
    "productinfo", "databases", "layouts",  "scripts", "metadata",  "records",
    "record",      "find",      "create",   "edit",    "duplicate", "delete",
    "upload",      "globals",   "script",   "service", "property",  "bulk-edit",
    "batch",       "odata",     "data-api", "sign-in", "push"};

constexpr std::array<std::string_view, 5> k_methods{"GET", "POST", "PATCH", "PUT", "DELETE"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

class Words {
 public:
  explicit Words(const std::string& line) {
    std::istringstream in(line);
    for (std::string word; in >> word;) {
      if (word.front() == '#') break;
      if (word.back() == ',') word.pop_back();
      words_.push_back(word);
    }
  }

  [[nodiscard]] bool done() const { return at_ >= words_.size(); }

  [[nodiscard]] std::string peek() const { return done() ? std::string() : words_[at_]; }

  bool take(std::string_view word) {
    if (done() || lower(words_[at_]) != word) return false;
    ++at_;
    return true;
  }

  std::string next(const char* what) {
    if (done()) throw SyntaxError{std::string("expected ") + what + " at the end"};
    return words_[at_++];
  }

  void expect(std::string_view word) {
    const std::string got = peek();
    if (!take(word)) {
      throw SyntaxError{"expected '" + std::string(word) + "'" +
                        (got.empty() ? " at the end" : " instead of '" + got + "'")};
    }
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_{0};
};

double decimal(std::string_view text, std::string_view whole, const char* what) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size() ||
      value < 0) {
    throw SyntaxError{"'" + std::string(whole) + "' is not " + what};
  }
  return value;
}

std::uint64_t whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw SyntaxError{"'" + text + "' is not a whole number"};
  }
  return value;
}

double share(const std::string& text) {
  if (!text.ends_with('%')) throw SyntaxError{"'" + text + "' is not a share like 40%"};
  const double percent =
      decimal(std::string_view(text).substr(0, text.size() - 1), text, "a share like 40%");
  if (percent > 100) throw SyntaxError{"'" + text + "' is more than 100%"};
  return percent / 100;
}

std::chrono::milliseconds span(const std::string& text) {
  constexpr const char* k_what = "a time like 500ms, 30s or 2m";
  std::string_view number = text;
  double factor = 0;
  if (text.ends_with("ms")) {
    factor = 1;
    number.remove_suffix(2);
  } else if (text.ends_with('s')) {
    factor = 1000;
    number.remove_suffix(1);
  } else if (text.ends_with('m')) {
    factor = 60'000;
    number.remove_suffix(1);
  } else {
    throw SyntaxError{"'" + text + "' is not " + k_what};
  }
  const double value = decimal(number, text, k_what) * factor;
  constexpr double k_a_year = 366.0 * 86'400'000;
  if (value > k_a_year) throw SyntaxError{"'" + text + "' is more than a year"};
  return std::chrono::milliseconds(static_cast<std::int64_t>(value));
}

std::uint64_t rate(const std::string& text) {
  const std::string small = lower(text);
  if (!small.ends_with("kb/s")) throw SyntaxError{"'" + text + "' is not a rate like 50kB/s"};
  const double value =
      decimal(std::string_view(small).substr(0, small.size() - 4), text, "a rate like 50kB/s");
  constexpr double k_most = 1e15;
  return static_cast<std::uint64_t>(std::min(value * 1000, k_most));
}

void read_hits(const std::string& text, FaultTiming& timing) {
  const std::size_t dots = text.find("..");
  timing.first = whole_number(text.substr(0, dots));
  timing.last = timing.first;
  if (dots != std::string::npos) {
    const std::string last = text.substr(dots + 2);
    timing.last = last.empty() ? k_no_end : whole_number(last);
  }
  if (timing.first == 0 || timing.last < timing.first) {
    throw SyntaxError{"'" + text + "' is not a range of hits: they count from 1 upwards"};
  }
}

FaultTiming read_timing(Words& words) {
  FaultTiming timing;
  bool counted = false;
  bool open = false;
  for (;;) {
    if (words.take("hit") || words.take("hits")) {
      read_hits(words.next("a number of hits"), timing);
      counted = true;
    } else if (words.take("every")) {
      timing.every = whole_number(words.next("a number"));
      if (timing.every == 0) throw SyntaxError{"every 0 never happens"};
      open = true;
    } else if (words.take("from")) {
      timing.from = span(words.next("a time"));
      open = true;
    } else if (words.take("until")) {
      timing.until = span(words.next("a time"));
      open = true;
    } else if (words.take("chance")) {
      timing.chance = share(words.next("a share"));
      open = true;
    } else if (words.take("always")) {
      open = true;
    } else {
      break;
    }
  }
  if (open && !counted) timing.last = k_no_end;
  return timing;
}

bool starts_timing_or_action(const std::string& word) {
  constexpr std::array<std::string_view, 24> k_words{
      "hit",   "hits",         "every",   "from",      "until",  "chance",   "always", "reply",
      "cut",   "flip",         "delay",   "hold",      "hang",   "drop",     "apply",  "expire",
      "stale", "content-type", "control", "duplicate", "append", "location", "lock",   "crash"};
  const std::string small = lower(word);
  return std::find(k_words.begin(), k_words.end(), small) != k_words.end() || small == "delete" ||
         small == "data" || small == "rate";
}

bool is_record(const std::string& text) {
  return text == "*" || std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) != 0;
         });
}

// [TABLE/]RECORD[/FIELD]
void read_subject(const std::string& text, FaultTarget& target) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, '/');) parts.push_back(part);
  std::size_t at = 0;
  if (parts.size() > 1 && !is_record(parts[0])) target.table = parts[at++];
  if (at >= parts.size() || parts[at].empty() || !is_record(parts[at])) {
    throw SyntaxError{"'" + text +
                      "' is neither a record like 17, Images/17 or 17/image_Full "
                      "nor a word known here"};
  }
  target.record_id = parts[at++];
  if (at < parts.size()) target.field = parts[at++];
  if (at < parts.size()) throw SyntaxError{"'" + text + "' has too many parts"};
}

FaultTarget read_target_words(Words& words) {
  FaultTarget target;
  if (std::find(k_methods.begin(), k_methods.end(), words.peek()) != k_methods.end()) {
    target.method = words.next("a method");
  }
  const std::string what = words.next("what to match: any, a kind or a path");
  if (what.front() == '/') {
    target.path = what;
  } else if (what != "any") {
    if (std::find(k_kinds.begin(), k_kinds.end(), what) == k_kinds.end()) {
      throw SyntaxError{"'" + what + "' is no kind of request, no path and not 'any'"};
    }
    target.kind = what;
  }
  if (!words.done() && !starts_timing_or_action(words.peek())) {
    read_subject(words.next("a record"), target);
  }
  return target;
}

Fault read_reply(Words& words) {
  Fault fault;
  fault.status = static_cast<int>(whole_number(words.next("an HTTP status")));
  if (fault.status < 200 || fault.status > 599) {
    throw SyntaxError{"'" + std::to_string(fault.status) + "' is no HTTP status from 200 to 599"};
  }
  if (words.take("json")) {
    fault.error_code = static_cast<int>(whole_number(words.next("a FileMaker code")));
  } else {
    words.take("html");
  }
  return fault;
}

Fault read_cut(Words& words) {
  Fault fault{FaultAction::cut};
  words.expect("after");
  fault.share = share(words.next("a share"));
  if (words.take("without")) {
    words.expect("length");
    fault.without_length = true;
  }
  return fault;
}

Fault read_delete(Words& words) {
  Fault fault{FaultAction::delete_record};
  words.expect("record");
  if (words.take("at")) {
    words.expect("position");
    fault.action = FaultAction::delete_position;
  }
  fault.number = whole_number(words.next("a number"));
  if (fault.number == 0) throw SyntaxError{"records count from 1"};
  return fault;
}

Fault read_location(Words& words) {
  Fault fault{FaultAction::location};
  fault.text = lower(words.next("a kind of location"));
  constexpr std::array<std::string_view, 4> k_kinds_of_location{
      "relative", "absolute", "unreachable", "foreign"};
  if (std::find(k_kinds_of_location.begin(), k_kinds_of_location.end(), fault.text) ==
      k_kinds_of_location.end()) {
    throw SyntaxError{"'" + fault.text + "' is not relative, absolute, unreachable or foreign"};
  }
  return fault;
}

Fault followed_by(Words& words, std::string_view word, FaultAction action) {
  words.expect(word);
  return Fault{action};
}

Fault with_time(Words& words, FaultAction action) {
  Fault fault{action};
  fault.time = span(words.next("a time"));
  return fault;
}

Fault read_action(Words& words) {
  if (words.take("reply")) return read_reply(words);
  if (words.take("cut")) return read_cut(words);
  if (words.take("flip")) {
    words.expect("byte");
    words.expect("at");
    Fault fault{FaultAction::flip};
    fault.share = share(words.next("a share"));
    return fault;
  }
  if (words.take("delay") || words.take("hold")) return with_time(words, FaultAction::delay);
  if (words.take("crash")) return with_time(words, FaultAction::crash);
  if (words.take("hang")) return Fault{FaultAction::hang};
  if (words.take("drop")) {
    if (words.take("cookie")) return Fault{FaultAction::drop_cookie};
    return followed_by(words, "connection", FaultAction::drop_connection);
  }
  if (words.take("apply")) {
    words.expect("then");
    words.expect("drop");
    return followed_by(words, "reply", FaultAction::drop_reply);
  }
  if (words.take("expire")) return followed_by(words, "sessions", FaultAction::expire_sessions);
  if (words.take("stale")) return followed_by(words, "url", FaultAction::stale_url);
  if (words.take("control"))
    return followed_by(words, "characters", FaultAction::control_characters);
  if (words.take("duplicate")) return followed_by(words, "ids", FaultAction::duplicate_ids);
  if (words.take("append")) return followed_by(words, "record", FaultAction::append_record);
  if (words.take("data")) return followed_by(words, "limit", FaultAction::data_limit);
  if (words.take("delete")) return read_delete(words);
  if (words.take("location")) return read_location(words);
  Fault fault;
  if (words.take("lock")) {
    words.expect("record");
    fault.action = FaultAction::lock_record;
    fault.number = whole_number(words.next("a record id"));
    return fault;
  }
  if (words.take("content-type")) {
    fault.action = FaultAction::content_type;
    fault.text = words.next("a media type");
    return fault;
  }
  if (words.take("rate")) {
    fault.action = FaultAction::rate;
    fault.number = std::max<std::uint64_t>(1, rate(words.next("a rate")));
    return fault;
  }
  throw SyntaxError{words.done() ? std::string("there is no action")
                                 : "'" + words.peek() + "' is no action"};
}

FaultRule read_rule(const std::string& line, std::size_t number) {
  Words words(line);
  FaultRule rule;
  rule.line = number;
  rule.source = line;
  rule.target = read_target_words(words);
  rule.timing = read_timing(words);
  rule.fault = read_action(words);
  if (!words.done()) throw SyntaxError{"'" + words.peek() + "' is too much"};
  return rule;
}

}  // namespace

std::variant<std::vector<FaultRule>, std::string> read_fault_script(const std::string& script) {
  std::vector<FaultRule> rules;
  std::istringstream in(script);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (Words(line).done()) continue;
    try {
      rules.push_back(read_rule(line, number));
    } catch (const SyntaxError& error) {
      return "line " + std::to_string(number) + ": " + error.message;
    }
  }
  return rules;
}

}  // namespace fmsim
