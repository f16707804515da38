// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

// The day of a FileMaker date or timestamp as the Data API writes it: "MM/DD/YYYY[ HH:MM:SS]", or
// ISO "YYYY-MM-DD[…]". Answers "YYYY-MM-DD", or nothing when it is no such date: a date is never
// guessed.
[[nodiscard]] std::optional<std::string> iso_day(std::string_view text);

// How FileMaker's wall clock relates to UTC. FileMaker's timestamps carry no zone.
struct WallZone {
  bool local{true};                // this machine's zone, daylight saving included
  std::chrono::minutes offset{0};  // when not local
};

[[nodiscard]] std::optional<WallZone> parse_zone(std::string_view text);  // local, utc, +10:00
// "MM/DD/YYYY HH:MM:SS", the form that every Data API version takes.
[[nodiscard]] std::string filemaker_timestamp(std::chrono::system_clock::time_point time,
                                              WallZone zone);

// The moment of a FileMaker timestamp, "MM/DD/YYYY HH:MM:SS" or "YYYY-MM-DD HH:MM:SS", on this
// wall clock; nothing when it is none.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> moment_of(std::string_view text,
                                                                             WallZone zone);
// True when the wall clock showed this time twice, on the night that summer time ends; moment_of()
// takes one of the two. Known for the machine's own zone only.
[[nodiscard]] bool comes_twice(std::string_view text, WallZone zone);

}  // namespace fmferry
