// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/plan_report.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/text_table.hpp>
#include <fmferry/core/fate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fmferry {
namespace {

constexpr std::size_t k_parts_shown = 8;
constexpr std::size_t k_groups_shown = 3;

std::string bytes_text(double bytes) {
  return human_bytes(std::llround(bytes));
}

// "1.4 GB", "1.4 GB (1.3 GB to 1.5 GB with 95 % confidence)"
std::string estimate_text(const Estimate& estimate, std::string (*in_words)(double)) {
  std::string text = in_words(estimate.total);
  if (!estimate.low || !estimate.high) return "about " + text + ", too few to tell how well";
  const std::string low = in_words(*estimate.low);
  const std::string high = in_words(*estimate.high);
  if (low == high) return text;
  return text + " (" + low + " to " + high + " with 95 % confidence)";
}

std::string count_line(std::int64_t number, const std::string& what) {
  return fmt::format("{:>12}  {}\n", with_commas(number), what);
}

std::string to_move_text(const Forecast& forecast) {
  if (forecast.to_move == 0) return count_line(0, "to move");
  std::string how = forecast.exact ? "; FileMaker tells all lengths" : "";
  if (!forecast.exact) how = "; from a sample of " + with_commas(forecast.sample.records);
  std::string text =
      count_line(forecast.to_move, "to move, " + estimate_text(forecast.bytes, bytes_text) + how);
  using Part = std::pair<std::string, ForecastPart>;
  std::vector<Part> parts(forecast.parts.begin(), forecast.parts.end());
  std::ranges::stable_sort(
      parts, [](const Part& a, const Part& b) { return a.second.records > b.second.records; });
  for (std::size_t at = 0; at < std::min(parts.size(), k_parts_shown); ++at) {
    const auto& [choice, part] = parts[at];
    const std::string name = choice.empty() ? "chosen when fetched" : printable(choice);
    text += count_line(part.records, "  " + name + ", " + bytes_text(part.bytes.total));
  }
  if (parts.size() > k_parts_shown) {
    text += fmt::format("{:>12}    and {} more containers\n", "", parts.size() - k_parts_shown);
  }
  return text;
}

std::string groups_text(const Forecast& forecast) {
  std::string text;
  for (std::size_t at = 0; at < std::min(forecast.collisions.size(), k_groups_shown); ++at) {
    std::string group;
    for (const auto record : forecast.collisions[at]) {
      group += (group.empty() ? "" : " and ") + std::to_string(record);
    }
    text += (at == 0 ? "" : ", ") + group;
  }
  return forecast.collisions.size() > k_groups_shown ? text + ", ..." : text;
}

std::string reasons_text(const std::map<std::string, std::int64_t>& reasons) {
  std::string text;
  for (const auto& [name, number] : reasons) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), name);
  }
  return text;
}

std::string not_moved_text(const Forecast& forecast) {
  const auto& fates = forecast.counts.fates;
  std::string text;
  if (fates.at(Fate::moved) > 0) {
    text += count_line(fates.at(Fate::moved),
                       "moved already, " + human_bytes(forecast.counts.bytes_moved));
  }
  text += count_line(fates.at(Fate::empty), "empty");
  if (fates.at(Fate::duplicate) > 0) {
    text +=
        count_line(fates.at(Fate::duplicate),
                   fmt::format("share an id: {} keys would collide, of the records {}",
                               with_commas(static_cast<std::int64_t>(forecast.collisions.size())),
                               groups_text(forecast)));
  }
  const std::int64_t refused = refused_in(forecast);
  text += count_line(refused,
                     "refused" + (refused == 0 ? "" : ": " + reasons_text(refusals_in(forecast))));
  for (const Fate fate : {Fate::corrupt, Fate::quarantined}) {
    if (fates.at(fate) == 0) continue;
    text += count_line(fates.at(fate), std::string(name_of(fate)) + ", as an earlier run found");
  }
  return text;
}

std::string span_text(double seconds) {
  return human_span(seconds);
}

std::string time_text(const PlanReport& report) {
  const Forecast& forecast = report.forecast;
  const auto& sample = forecast.sample;
  if (sample.records == 0) return "time       not measured\n";
  const double elapsed = std::max(0.001, sample.elapsed.count());
  std::string text =
      "time       " + estimate_text(forecast.seconds, span_text) + " at the sample's pace\n";
  text += fmt::format("sample     {} files, {} in {}: {:.1f} files/s, {}/s",
                      with_commas(sample.records),
                      human_bytes(sample.bytes),
                      human_span(sample.elapsed.count()),
                      static_cast<double>(sample.records) / elapsed,
                      bytes_text(static_cast<double>(sample.bytes) / elapsed));
  if (!report.pace.empty()) text += ", " + report.pace;
  if (sample.failed > 0) text += fmt::format("; {} more failed", sample.failed);
  return text + "\n";
}

std::string percent(double share) {
  return fmt::format("{:.{}f} %", share * 100, share < 0.1 ? 1 : 0);
}

std::string allowance_text(const PlanReport& report) {
  if (!report.metered) return "allowance  none is used this way\n";
  if (report.allowance == 0) {
    return "allowance  what comes this way counts against the licence's data limit: give "
           "--allowance\n";
  }
  const AllowanceShare share = share_of(report);
  std::string text = "allowance  " + percent(share.share) + " of " + human_bytes(report.allowance);
  if (share.low && share.high && percent(*share.low) != percent(*share.high)) {
    text += " (" + percent(*share.low) + " to " + percent(*share.high) + ")";
  }
  if (report.has_backup) text += ", less what the backup has";
  if (report.counted_before > 0) {
    text += "; read before: " + human_bytes(report.counted_before);
  }
  return text + (share.fits ? "\n" : "; IT MAY NOT BE ENOUGH\n");
}

}  // namespace

std::map<std::string, std::int64_t> refusals_in(const Forecast& forecast) {
  std::map<std::string, std::int64_t> reasons;
  for (const auto why : {reason::k_unreachable,
                         reason::k_missing_id,
                         reason::k_key_taken,
                         reason::k_unnameable,
                         reason::k_vanished}) {
    const auto found = forecast.counts.reasons.find(std::string(why));
    std::int64_t number = found == forecast.counts.reasons.end() ? 0 : found->second;
    if (why == reason::k_unnameable) number += forecast.unnameable;
    if (number > 0) reasons[std::string(why)] = number;
  }
  return reasons;
}

std::int64_t refused_in(const Forecast& forecast) {
  return forecast.counts.fates.at(Fate::refused) + forecast.unnameable;
}

AllowanceShare share_of(const PlanReport& report) {
  const auto all = static_cast<double>(std::max<std::int64_t>(1, report.allowance));
  const Estimate& bytes = report.forecast.bytes;
  AllowanceShare share{.share = bytes.total / all};
  if (bytes.low) share.low = *bytes.low / all;
  if (bytes.high) share.high = *bytes.high / all;
  const double most = bytes.high.value_or(bytes.total) + static_cast<double>(report.counted_before);
  share.fits = most + static_cast<double>(report.forecast.sample.bytes) <= all;
  return share;
}

std::string plan_text(const PlanReport& report) {
  const Forecast& forecast = report.forecast;
  std::string text = report.way_in + "\n";
  text += count_line(forecast.counts.source_count, "records in the source");
  text += to_move_text(forecast) + not_moved_text(forecast) + "\n";
  text += time_text(report) + allowance_text(report);
  return text +
         "Nothing was written. What is damaged, or empty after all, shows when it is fetched.\n";
}

}  // namespace fmferry
