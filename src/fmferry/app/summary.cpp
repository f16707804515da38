// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/summary.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace fmferry {
namespace {

namespace json = boost::json;

json::object to_object(const std::map<std::string, std::int64_t>& numbers) {
  json::object object;
  for (const auto& [name, number] : numbers) object[name] = number;
  return object;
}

std::string in_words(const std::map<std::string, std::int64_t>& numbers) {
  std::string text;
  for (const auto& [name, number] : numbers) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(number), name);
  }
  return text;
}

}  // namespace

std::string summary_text(const LedgerCounts& counts) {
  std::string text;
  for (const Fate fate : k_fates) {
    const auto number = counts.fates.at(fate);
    if (number == 0 && fate != Fate::moved) continue;
    text += fmt::format("{:>12}  {}", with_commas(number), name_of(fate));
    if (fate == Fate::moved) text += "  (" + human_bytes(counts.bytes_moved) + ")";
    text += "\n";
  }
  text += fmt::format("{:>12}  in all; the source counts {}{}\n",
                      with_commas(counts.present),
                      counts.source_count < 0 ? "?" : with_commas(counts.source_count),
                      adds_up(counts) ? ": it adds up" : ": IT DOES NOT ADD UP");
  if (!counts.reasons.empty()) text += "reasons: " + in_words(counts.reasons) + "\n";
  if (counts.marked + counts.stamped + counts.linked > 0) {
    text += fmt::format("marked {}, stamped {}, linked {}\n",
                        with_commas(counts.marked),
                        with_commas(counts.stamped),
                        with_commas(counts.linked));
  }
  if (!counts.stamp_problems.empty()) {
    text += "not stamped: " + in_words(counts.stamp_problems) + "\n";
  }
  if (!counts.link_problems.empty()) text += "not linked: " + in_words(counts.link_problems) + "\n";
  if (counts.thumbnails > 0) {
    text += "thumbnails " + with_commas(counts.thumbnails) + "\n";
  }
  if (!counts.thumbnail_problems.empty()) {
    text += "no thumbnail: " + in_words(counts.thumbnail_problems) + "\n";
  }
  if (counts.same_bytes > 0) {
    text += fmt::format("{} moved records have the bytes of another one: see report --duplicates\n",
                        with_commas(counts.same_bytes));
  }
  if (counts.gone > 0) {
    text += fmt::format("{} no longer in the source, {} of them moved before\n",
                        with_commas(counts.gone),
                        with_commas(counts.gone_moved));
  }
  if (counts.changed_since > 0) {
    text += fmt::format("{} edited at the source after they were moved\n",
                        with_commas(counts.changed_since));
  }
  return text;
}

std::string summary_json(const LedgerCounts& counts, const std::string& running) {
  json::object fates;
  for (const Fate fate : k_fates) fates[name_of(fate)] = counts.fates.at(fate);
  json::object object;
  object["source_count"] = counts.source_count;
  object["present"] = counts.present;
  object["adds_up"] = adds_up(counts);
  object["fates"] = std::move(fates);
  object["reasons"] = to_object(counts.reasons);
  object["bytes_moved"] = counts.bytes_moved;
  object["marked"] = counts.marked;
  object["stamped"] = counts.stamped;
  object["linked"] = counts.linked;
  object["stamp_problems"] = to_object(counts.stamp_problems);
  object["link_problems"] = to_object(counts.link_problems);
  object["thumbnails"] = counts.thumbnails;
  object["thumbnail_problems"] = to_object(counts.thumbnail_problems);
  object["gone"] = counts.gone;
  object["gone_moved"] = counts.gone_moved;
  object["changed_since"] = counts.changed_since;
  object["same_bytes"] = counts.same_bytes;
  if (!running.empty()) object["running"] = running;
  return json::serialize(object);
}

}  // namespace fmferry
