// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/log.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

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

bool ends_token(char c) {
  return c == ' ' || c == '"' || c == '\'' || c == ',' || c == '>';
}

// Replaces what follows `mark` up to the end of the word.
void blot(std::string& line, std::string_view mark) {
  std::size_t at = 0;
  while ((at = line.find(mark, at)) != std::string::npos) {
    at += mark.size();
    std::size_t end = at;
    while (end < line.size() && !ends_token(line[end])) ++end;
    line.replace(at, end - at, "…");
  }
}

}  // namespace

std::string redact(std::string_view text) {
  std::string line(text);
  static constexpr std::array<std::string_view, 6> k_marks{
      "Bearer ", "Basic ", "FMID ", "X-FMS-Session-Key=", "/sessions/", "Streaming_SSL/"};
  for (const auto mark : k_marks) blot(line, mark);
  for (const std::string_view scheme : {"http://", "https://"}) {
    std::size_t at = 0;
    while ((at = line.find(scheme, at)) != std::string::npos) {
      std::size_t end = at;
      while (end < line.size() && !ends_token(line[end]) && line[end] != '?') ++end;
      at = end;
      while (end < line.size() && !ends_token(line[end])) ++end;
      line.erase(at, end - at);
    }
  }
  return line;
}

void log(LogLevel level, std::string_view line) {
  logger().log(to_spdlog(level), redact(line));
}

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

}  // namespace fmferry
