// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>

namespace fmferry {

void read_pace(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "pace", problems);
  section.number("width", config.job.width, 1, 64);
  section.number("store_width", config.job.store_width, 1, 64);
  section.number("page_size", config.job.page_size, 2, 1000);
  section.number("tries", config.job.max_tries, 1, 100);
  section.parsed("patience", "a duration such as \"6h\" or \"30m\"", [&](const std::string& text) {
    const auto duration = parse_duration(text);
    if (duration) config.pace.breaker.patience = *duration;
    return duration.has_value();
  });
  section.parsed(
      "first_wait", "a duration such as \"2s\" or \"50ms\"", [&](const std::string& text) {
        const auto duration = parse_duration(text);
        const bool some = duration && duration->count() > 0;
        if (some) config.pace.breaker.first_wait = *duration;
        return some;
      });
  section.flag("adaptive", config.pace.adaptive);
  section.parsed(
      "max_rate", "calls a second such as \"2\" or \"0.5\"", [&](const std::string& text) {
        const auto rate = parse_rate(text);
        if (rate) config.pace.max_rate = *rate;
        return rate.has_value();
      });
  section.parsed("max_bytes", "a size such as \"20GB\"", [&](const std::string& text) {
    const auto size = parse_size(text);
    config.job.max_bytes = size.value_or(0);
    return config.job.max_bytes > 0;
  });
  section.parsed("bwlimit",
                 "a rate such as \"2MB\", or a timetable such as \"08:00,500KB 19:00,off\"",
                 [&](const std::string& text) {
                   const auto timetable = parse_timetable(text);
                   if (timetable) config.pace.bandwidth = *timetable;
                   return timetable.has_value();
                 });
  section.refuse_the_rest();
}

}  // namespace fmferry
