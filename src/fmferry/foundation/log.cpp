// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/log.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>

namespace fmferry {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    // NO_COLOR and a stderr that is no terminal are honoured by the automatic mode and this check.
    const auto mode = std::getenv("NO_COLOR") == nullptr ? spdlog::color_mode::automatic
                                                         : spdlog::color_mode::never;
    auto made = std::make_shared<spdlog::logger>(
        "fmferry", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode));
    made->set_pattern("%Y-%m-%dT%H:%M:%S%z %^%l%$ %v");
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool ends_word(char c) {
  static constexpr std::string_view k_ends = " \t\r\n\"',;<>()[]{}";
  return k_ends.find(c) != std::string_view::npos;
}

std::size_t end_of_word(std::string_view line, std::size_t at) {
  while (at < line.size() && !ends_word(line[at])) ++at;
  return at;
}

// Replaces the word after each `mark` (lower case; found in any case).
void blot(std::string& line, std::string_view mark) {
  std::size_t at = 0;
  while ((at = to_lower(line).find(mark, at)) != std::string::npos) {
    at += mark.size();
    while (at < line.size() && (line[at] == ' ' || line[at] == '"')) ++at;
    const std::size_t end = end_of_word(line, at);
    if (end > at) line.replace(at, end - at, "…");
  }
}

// Drops "user:password@" after a scheme.
void drop_credentials(std::string& line) {
  std::size_t at = 0;
  while ((at = line.find("://", at)) != std::string::npos) {
    at += 3;
    const std::size_t path = std::min(line.find_first_of("/?#", at), end_of_word(line, at));
    const std::size_t sign = line.rfind('@', path);
    if (sign != std::string::npos && sign >= at && sign < path) line.replace(at, sign - at, "…");
  }
}

// Drops what follows the '?' of each word that is a URL or a path, or looks like a query.
void drop_queries(std::string& line) {
  std::size_t at = 0;
  while ((at = line.find('?', at)) != std::string::npos) {
    const std::size_t end = end_of_word(line, at);
    std::size_t begin = at;
    while (begin > 0 && !ends_word(line[begin - 1])) --begin;
    const auto word = std::string_view(line).substr(begin, end - begin);
    const bool query = word.find('/') < at - begin || word.find('=') != std::string_view::npos;
    if (query) line.erase(at, end - at);
    ++at;
  }
}

}  // namespace

std::string redact(std::string_view text) {
  std::string line(text);
  drop_credentials(line);
  drop_queries(line);
  static constexpr std::array<std::string_view, 14> k_marks{"bearer ",
                                                            "basic ",
                                                            "fmid ",
                                                            "x-fms-session-key=",
                                                            "x-fms-session-key:",
                                                            "x-fm-data-access-token:",
                                                            "/sessions/",
                                                            "streaming_ssl/",
                                                            "x-amz-security-token:",
                                                            "x-amz-security-token=",
                                                            "credential=",
                                                            "signature=",
                                                            "password=",
                                                            "password:"};
  for (const auto mark : k_marks) blot(line, mark);
  return line;
}

void log(LogLevel level, std::string_view line) {
  logger().log(to_spdlog(level), redact(line));
}

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

bool is_logged(LogLevel level) {
  return logger().should_log(to_spdlog(level));
}

}  // namespace fmferry
