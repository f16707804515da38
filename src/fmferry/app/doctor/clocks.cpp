// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/destinations.hpp>
#include <fmferry/app/doctor/clocks.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/net/reach.hpp>

namespace fmferry::doctor {
namespace {

constexpr std::chrono::seconds k_same{30};

std::string in_words(std::chrono::seconds span) {
  if (span < std::chrono::minutes(2)) return std::to_string(span.count()) + " s";
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(span).count()) + " min";
}

Finding check_source(const Examination& examination) {
  const auto& greeting = *examination.greeting;
  if (!greeting.answer) return skipped("it gave no answer");
  return compare_clocks(greeting.answer->header("Date"), greeting.at);
}

Finding check_store(const Examination& examination, const CallContext& context) {
  const auto host = store_host(examination.config);
  if (!host) return skipped("it has no address");
  if (!*host) return skipped("a folder of this machine");
  const HttpClient http({.ca_file = (*host)->ca_file});
  // Without a signature: any answer has the time in it.
  const auto answer = http.send({.url = (*host)->url}, context);
  if (!answer) return skipped("it gave no answer");
  return compare_clocks(answer->header("Date"), examination.clock->wall());
}

}  // namespace

Finding compare_clocks(std::string_view date, std::chrono::system_clock::time_point ours) {
  const auto theirs = date.empty() ? std::nullopt : http_date(date);
  if (!theirs) return skipped("it does not tell its time");
  const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(*theirs - ours);
  const auto apart = std::chrono::abs(ahead);
  if (apart <= k_same) return works("the same as ours");
  return warns("it is " + in_words(apart) + (ahead.count() > 0 ? " ahead of" : " behind") + " ours",
               "set both clocks by NTP: stamps carry the time of this machine, and a store refuses "
               "requests that are 15 minutes off");
}

void add_clock_checks(Examination& examination, std::vector<Check>& checks) {
  if (!examination.doors.empty()) {
    checks.push_back(
        {.name = "clock of the source",
         .needs = {"connection"},
         .weight = Weight::helps,
         .run = [&examination](const CallContext&) { return check_source(examination); }});
  }
  checks.push_back({.name = "clock of the store",
                    .needs = {"store"},
                    .weight = Weight::helps,
                    .run = [&examination](const CallContext& context) {
                      return check_store(examination, context);
                    }});
}

}  // namespace fmferry::doctor
