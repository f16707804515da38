// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/file_report.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/text_table.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace fmferry {
namespace {

namespace json = boost::json;

using Align = TextTable::Align;

std::string or_nothing(std::int64_t number) {
  return number == 0 ? "" : with_commas(number);
}

std::string types_in_words(const TableFindings& table) {
  std::string text;
  for (const auto& [type, count] : table.types) {
    if (!text.empty()) text += ", ";
    text += with_commas(count.objects) + " " + type;
  }
  return text;
}

std::string_view name_of(fmp12::Storage storage) {
  switch (storage) {
    case fmp12::Storage::inside:
      return "inside";
    case fmp12::Storage::external_open:
      return "external_open";
    case fmp12::Storage::external_secure:
      return "external_secure";
  }
  return "inside";
}

std::string notes_on(const fmp12::Field& field) {
  std::string notes;
  const auto add = [&](const std::string& note) { notes += (notes.empty() ? "" : ", ") + note; };
  if (field.global) add("global");
  if (field.kind != fmp12::FieldKind::normal) add(std::string(fmp12::name_of(field.kind)));
  if (field.unstored) add("not stored");
  if (field.repetitions > 1) add(std::to_string(field.repetitions) + " repetitions");
  if (field.storage == fmp12::Storage::external_open) add("external storage, open");
  if (field.storage == fmp12::Storage::external_secure) add("external storage, secure");
  return notes;
}

std::string head_line(const fmp12::FileFacts& facts, bool colours) {
  const std::string by =
      facts.version.empty() ? "" : ", last written by FileMaker " + facts.version;
  return bold(printable(facts.name), colours) +
         fmt::format("  {}{}, {}, {}\n",
                     facts.format,
                     printable(by),
                     human_bytes(facts.bytes),
                     facts.closed_cleanly ? "closed cleanly" : "NOT closed cleanly");
}

std::string tables_text(const std::vector<TableFindings>& tables, bool colours) {
  TextTable table({{"TABLE", Align::left},
                   {"RECORDS", Align::right},
                   {"FIELDS", Align::right},
                   {"FILES", Align::right},
                   {"BYTES", Align::right},
                   {"TYPES", Align::left}});
  for (const auto& each : tables) {
    const TypeCount all = each.all_types();
    table.add({printable(each.table->name),
               each.trouble.empty() ? with_commas(each.records) : "?",
               std::to_string(each.table->fields.size()),
               or_nothing(all.objects),
               all.objects == 0 ? "" : human_bytes(all.bytes),
               types_in_words(each)});
  }
  return table.text(colours);
}

std::string containers_text(const std::vector<TableFindings>& tables, bool colours) {
  TextTable table({{"CONTAINER FIELD", Align::left},
                   {"VALUES", Align::right},
                   {"EXTERNAL", Align::right},
                   {"ONLY A PATH", Align::right},
                   {"UNKNOWN", Align::right},
                   {"NOTES", Align::left}});
  bool any = false;
  for (const auto& each : tables) {
    for (const auto& field : each.containers) {
      any = true;
      table.add({printable(each.table->name + "." + field.field->name),
                 with_commas(field.values()),
                 or_nothing(field.external),
                 or_nothing(field.references),
                 or_nothing(field.unknown),
                 notes_on(*field.field)});
    }
  }
  return any ? table.text(colours) : "There are no container fields.\n";
}

std::string warnings_text(const FileReport& report, bool colours) {
  std::string text;
  for (const auto& line : warnings_about(report.facts, report.tables)) {
    text += yellow("! " + printable(line), colours) + "\n";
  }
  return text;
}

json::array fields_json(const fmp12::Table& table) {
  json::array fields;
  for (const auto& field : table.fields) {
    json::object object;
    object["id"] = field.id;
    object["name"] = field.name;
    object["kind"] = fmp12::name_of(field.kind);
    object["type"] = fmp12::name_of(field.type);
    object["repetitions"] = field.repetitions;
    object["global"] = field.global;
    object["unstored"] = field.unstored;
    if (field.is_container()) object["storage"] = name_of(field.storage);
    fields.push_back(std::move(object));
  }
  return fields;
}

json::object table_json(const TableFindings& findings) {
  json::array containers;
  for (const auto& each : findings.containers) {
    json::object object;
    object["field"] = each.field->name;
    object["embedded"] = each.embedded;
    object["external"] = each.external;
    object["references"] = each.references;
    object["unknown"] = each.unknown;
    containers.push_back(std::move(object));
  }
  json::object types;
  for (const auto& [type, count] : findings.types) {
    types[type] = json::object{{"objects", count.objects}, {"bytes", count.bytes}};
  }
  json::object object;
  object["id"] = findings.table->id;
  object["name"] = findings.table->name;
  object["records"] = findings.records;
  object["fields"] = fields_json(*findings.table);
  object["containers"] = std::move(containers);
  object["types"] = std::move(types);
  object["objects"] = findings.objects;
  object["unreferenced"] = findings.unreferenced;
  object["lost"] = findings.lost;
  object["without_file"] = findings.without_file;
  object["without_md5"] = findings.without_md5;
  object["trouble"] = findings.trouble;
  return object;
}

json::object check_json(const fmp12::CheckReport& check) {
  json::array flaws;
  for (const auto& flaw : check.flaws) {
    flaws.push_back(json::object{{"where", flaw.where}, {"what", flaw.what}});
  }
  json::object object;
  object["ok"] = check.flaw_count == 0;
  object["leaves"] = check.leaves;
  object["inner_nodes"] = check.inner_nodes;
  object["free_sectors"] = check.free_sectors;
  object["entries"] = check.entries;
  object["records"] = check.records;
  object["objects"] = check.objects;
  object["proven_objects"] = check.proven_objects;
  object["proven_bytes"] = check.proven_bytes;
  object["flaw_count"] = check.flaw_count;
  object["flaws"] = std::move(flaws);
  return object;
}

}  // namespace

std::string report_text(const FileReport& report, bool colours) {
  std::string text = head_line(report.facts, colours) + "\n" + tables_text(report.tables, colours) +
                     "\n" + containers_text(report.tables, colours);
  const std::string warnings = warnings_text(report, colours);
  return warnings.empty() ? text : text + "\n" + warnings;
}

std::string found_text(const FileReport& report, bool colours) {
  TextTable table({{"TABLE", Align::left},
                   {"RECORDS", Align::right},
                   {"CONTAINER FIELDS", Align::right},
                   {"VALUES", Align::right},
                   {"FILES", Align::right}});
  std::size_t without = 0;
  for (const auto& each : report.tables) {
    if (each.containers.empty()) {
      ++without;
      continue;
    }
    const FieldFindings all = each.all_containers();
    table.add({printable(each.table->name),
               with_commas(each.records),
               std::to_string(each.containers.size()),
               with_commas(all.values()),
               with_commas(all.embedded)});
  }
  std::string text = head_line(report.facts, colours);
  if (without < report.tables.size()) text += table.text(colours);
  if (without > 0) {
    text +=
        fmt::format("{} {} without container fields\n", without, without == 1 ? "table" : "tables");
  }
  return text + warnings_text(report, colours);
}

std::string fields_text(const FileReport& report, bool colours) {
  TextTable table({{"TABLE", Align::left},
                   {"FIELD", Align::left},
                   {"TYPE", Align::left},
                   {"NOTES", Align::left}});
  for (const auto& each : report.tables) {
    for (const auto& field : each.table->fields) {
      table.add({printable(each.table->name),
                 printable(field.name),
                 std::string(fmp12::name_of(field.type)),
                 notes_on(field)});
    }
  }
  return table.text(colours);
}

std::string check_text(const fmp12::CheckReport& check, bool colours) {
  std::string text = fmt::format(
      "{:>12}  sectors: {} leaves, {} inner, {} free\n"
      "{:>12}  entries in order\n"
      "{:>12}  records, as the tables list them\n"
      "{:>12}  container objects, {} of them ({}) proven by the MD5 that FileMaker stored\n",
      with_commas(check.leaves + check.inner_nodes + check.free_sectors),
      with_commas(check.leaves),
      with_commas(check.inner_nodes),
      with_commas(check.free_sectors),
      with_commas(check.entries),
      with_commas(check.records),
      with_commas(check.objects),
      with_commas(check.proven_objects),
      human_bytes(check.proven_bytes));
  if (check.flaw_count == 0) return text + bold("OK", colours) + "\n";
  for (const auto& flaw : check.flaws) {
    text += yellow("! " + printable(flaw.where) + ": " + printable(flaw.what), colours) + "\n";
  }
  const auto untold = check.flaw_count - static_cast<std::int64_t>(check.flaws.size());
  if (untold > 0) text += "  and " + with_commas(untold) + " more\n";
  return text + bold("FAILURE", colours) + ": " + with_commas(check.flaw_count) +
         (check.flaw_count == 1 ? " flaw\n" : " flaws\n");
}

std::string report_json(const FileReport& report, const fmp12::CheckReport* check) {
  json::array tables;
  for (const auto& each : report.tables) tables.push_back(table_json(each));
  json::array warnings;
  for (const auto& line : warnings_about(report.facts, report.tables)) {
    warnings.push_back(json::string(line));
  }
  json::object object;
  object["name"] = report.facts.name;
  object["format"] = report.facts.format;
  object["version"] = report.facts.version;
  object["bytes"] = report.facts.bytes;
  object["closed_cleanly"] = report.facts.closed_cleanly;
  object["tables"] = std::move(tables);
  object["warnings"] = std::move(warnings);
  if (check != nullptr) object["check"] = check_json(*check);
  return json::serialize(object);
}

}  // namespace fmferry
