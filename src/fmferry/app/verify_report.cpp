// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/verify_report.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace fmferry {
namespace {

namespace json = boost::json;

Verdict verdict_of(const std::string& kind) {
  const auto* known =
      std::ranges::find(k_finding_kinds, std::string_view(kind), &FindingKind::name);
  return known == k_finding_kinds.end() ? Verdict::failure : known->verdict;
}

json::object to_json(const Finding& finding) {
  json::object object;
  object["kind"] = finding.kind.name;
  object["verdict"] = name_of(finding.kind.verdict);
  if (finding.record_id != 0) object["record_id"] = finding.record_id;
  if (!finding.key.empty()) object["key"] = finding.key;
  if (!finding.image_id.empty()) object["image_id"] = finding.image_id;
  return object;
}

void add_line(std::string& text, std::int64_t number, std::string_view what) {
  text += fmt::format("{:>12}  {}\n", with_commas(number), what);
}

}  // namespace

std::string finding_text(const Finding& finding) {
  std::string text = fmt::format("{:<8} {}", name_of(finding.kind.verdict), finding.kind.name);
  if (finding.record_id != 0) text += fmt::format("  record {}", finding.record_id);
  if (!finding.key.empty()) text += "  " + finding.key;
  if (!finding.image_id.empty()) text += "  row " + finding.image_id;
  return text;
}

std::string verify_text(const VerifyReport& report, const VerifyOptions& options) {
  std::string text;
  add_line(text, report.checked, "objects of moved records looked at");
  add_line(text, report.hashed, "of these compared by SHA-256");
  if (options.sample < 1.0) {
    text += fmt::format(
        "              sample: {:g}% with --seed {}\n", options.sample * 100, options.seed);
  }
  if (options.reread_source) add_line(text, report.reread, "containers read again at the source");
  if (report.lengths > 0) add_line(text, report.lengths, "compared with FileMaker's own length");
  if (report.md5s > 0) add_line(text, report.md5s, "compared with FileMaker's own MD5");
  add_line(text, report.rows, "catalogue rows compared");
  add_line(text, report.objects, "objects listed in the store");
  for (const auto& [kind, number] : report.findings) {
    add_line(text, number, fmt::format("{} ({})", kind, name_of(verdict_of(kind))));
  }
  return text + std::string(name_of(report.verdict)) + "\n";
}

std::string verify_json(const VerifyReport& report,
                        const VerifyOptions& options,
                        const std::vector<Finding>& listed) {
  json::object findings;
  std::int64_t all = 0;
  for (const auto& [kind, number] : report.findings) {
    findings[kind] = number;
    all += number;
  }
  json::array list;
  for (const auto& finding : listed) list.push_back(to_json(finding));
  json::object object;
  object["verdict"] = name_of(report.verdict);
  object["ok"] = report.verdict == Verdict::ok;
  object["checked"] = report.checked;
  object["hashed"] = report.hashed;
  object["reread"] = report.reread;
  object["md5s"] = report.md5s;
  object["lengths"] = report.lengths;
  object["rows"] = report.rows;
  object["objects"] = report.objects;
  object["source_count"] = report.source_count;
  object["ledger_count"] = report.ledger_count;
  object["sample"] = options.sample;
  object["seed"] = options.seed;
  object["findings"] = std::move(findings);
  object["list"] = std::move(list);
  object["unlisted"] = all - static_cast<std::int64_t>(listed.size());
  return json::serialize(object) + "\n";
}

}  // namespace fmferry
