// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/report.hpp>
#include <fmferry/app/text_table.hpp>
#include <fmferry/foundation/log.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::doctor {
namespace {

// Whatever a server or a driver said: no control characters, no tokens, no query strings.
std::string shown(const std::string& text) {
  return printable(redact(text));
}

std::string word_of(Outcome outcome) {
  return outcome == Outcome::fails ? "FAILS" : std::string(name_of(outcome));
}

std::string_view key_of(Door door) {
  switch (door) {
    case Door::data_api:
      return "dataapi";
    case Door::odata:
      return "odata";
    case Door::odbc:
      return "odbc";
  }
  return "";
}

std::string table_of(const std::vector<Row>& rows, bool colourful) {
  TextTable table({{"check"}, {"outcome"}, {"what was found"}});
  for (const auto& row : rows) {
    table.add({row.name, word_of(row.finding.outcome), shown(row.finding.found)});
  }
  return table.text(colourful);
}

std::string to_do_list(const std::vector<Row>& rows, bool colourful) {
  std::string list;
  for (const auto& row : rows) {
    if (row.finding.to_do.empty()) continue;
    list += "  " + row.name + ": " + shown(row.finding.to_do) + "\n";
  }
  return list.empty() ? list : "\n" + bold("what to do", colourful) + "\n" + list;
}

std::string verdict(const Report& report) {
  const auto count = [&report](Outcome outcome) {
    return std::ranges::count_if(
        report.rows, [outcome](const Row& row) { return row.finding.outcome == outcome; });
  };
  const auto failed = count(Outcome::fails);
  if (failed > 0) return std::to_string(failed) + (failed == 1 ? " check fails" : " checks fail");
  const auto warned = count(Outcome::warning);
  if (warned == 0) return "all that is needed works";
  return "all that is needed works, with " + std::to_string(warned) +
         (warned == 1 ? " warning" : " warnings");
}

std::string advice_on_the_way(const DoorChoice& choice) {
  std::string line = "best way in: [source] kind = \"" + kind_for(choice) + "\"";
  if (kind_for(choice) != "mixed") return line;
  return line + ", list = \"" + std::string(key_of(choice.list)) + "\", fetch = \"" +
         std::string(key_of(choice.fetch)) + "\", write = \"" + std::string(key_of(choice.write)) +
         "\"";
}

}  // namespace

std::string kind_for(const DoorChoice& choice) {
  const bool one = choice.list == choice.fetch && choice.list == choice.write;
  return one ? std::string(key_of(choice.list)) : "mixed";
}

std::string report_text(const Report& report, bool colourful) {
  std::string text = table_of(report.rows, colourful) + to_do_list(report.rows, colourful) + "\n";
  if (report.recommended) text += advice_on_the_way(*report.recommended) + "\n";
  return text + verdict(report) + "\n";
}

std::string report_json(const Report& report) {
  boost::json::array checks;
  for (const auto& row : report.rows) {
    boost::json::object check;
    check["name"] = row.name;
    check["outcome"] = name_of(row.finding.outcome);
    check["needed"] = row.weight == Weight::needed;
    check["found"] = shown(row.finding.found);
    check["to_do"] = shown(row.finding.to_do);
    checks.push_back(std::move(check));
  }
  boost::json::object object;
  object["checks"] = std::move(checks);
  object["recommended"] = nullptr;
  if (report.recommended) {
    const DoorChoice& choice = *report.recommended;
    object["recommended"] = {{"kind", kind_for(choice)},
                             {"list", key_of(choice.list)},
                             {"fetch", key_of(choice.fetch)},
                             {"write", key_of(choice.write)}};
  }
  object["exit_code"] = static_cast<int>(report.code);
  return boost::json::serialize(object);
}

}  // namespace fmferry::doctor
