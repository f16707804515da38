// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/file_findings.hpp>
#include <fmferry/app/progress_line.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace fmferry {
namespace {

FieldFindings findings_of_field(const fmp12::Field& field, const fmp12::ContainerCounts& counts) {
  FieldFindings found{.field = &field, .embedded = counts.embedded};
  if (field.storage == fmp12::Storage::inside) {
    found.references = counts.references;
    found.unknown = counts.unknown;
  } else {
    found.external = counts.references + counts.unknown;
  }
  return found;
}

std::string count_of(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(number), number == 1 ? one : many);
}

// A container may be given with a repetition: "Picture(2)".
bool is_asked_for(const fmp12::Table& table,
                  const fmp12::Field& field,
                  const std::vector<std::string>& containers) {
  return std::ranges::any_of(containers, [&](const std::string& name) {
    const fmp12::Field* named = table.field(name);
    if (named == nullptr) named = table.field(std::string_view(name).substr(0, name.rfind('(')));
    return named == &field;
  });
}

}  // namespace

FieldFindings TableFindings::all_containers() const {
  FieldFindings sum;
  for (const auto& each : containers) {
    sum.embedded += each.embedded;
    sum.external += each.external;
    sum.references += each.references;
    sum.unknown += each.unknown;
  }
  return sum;
}

TypeCount TableFindings::all_types() const {
  TypeCount sum;
  for (const auto& [type, count] : types) {
    sum.objects += count.objects;
    sum.bytes += count.bytes;
  }
  return sum;
}

TableFindings findings_of(const fmp12::Table& table, const fmp12::TableSurvey& survey) {
  TableFindings findings{.table = &table,
                         .records = survey.records,
                         .objects = survey.objects,
                         .unreferenced = survey.unreferenced(),
                         .lost = survey.lost_objects};
  for (const auto& field : table.fields) {
    if (!field.is_container()) continue;
    const auto counts = survey.containers.find(field.id);
    findings.containers.push_back(findings_of_field(
        field, counts == survey.containers.end() ? fmp12::ContainerCounts{} : counts->second));
  }
  return findings;
}

std::vector<TableFindings> findings_in(const Config& config, const FileSource& file) {
  std::vector<TableFindings> tables;
  for (const auto& [id, survey] : file.source->surveys()) {
    const auto table = std::ranges::find(file.database->tables(), id, &fmp12::Table::id);
    if (table == file.database->tables().end()) continue;
    tables.push_back(findings_of(*table, survey));
    if (config.source.is_whole_file()) continue;
    std::erase_if(tables.back().containers, [&](const FieldFindings& each) {
      return !is_asked_for(*table, *each.field, config.job.containers);
    });
  }
  return tables;
}

Status add_types(const fmp12::Database& database,
                 const fmp12::TableSurvey& survey,
                 const CallContext& context,
                 TableFindings& findings) {
  return database.objects(*findings.table,
                          [&](const fmp12::ContainerObject& object) -> Result<bool> {
                            if (context.stop.stop_requested())
                              return fail(ErrorKind::cancelled, "interrupted");
                            if (survey.uses_of(object.key) == 0) return true;
                            if (object.md5.empty()) ++findings.without_md5;
                            if (!object.main) {
                              ++findings.without_file;
                              return true;
                            }
                            const fmp12::Stream& stream = object.streams.at(*object.main);
                            // Types come out of the file: only what prints is shown.
                            std::string name;
                            for (const char c : trim(stream.type))
                              name += c > ' ' && c < 0x7F ? c : '_';
                            TypeCount& count = findings.types[name];
                            ++count.objects;
                            count.bytes += stream.length;
                            return true;
                          });
}

std::vector<std::string> warnings_about(const fmp12::FileFacts& facts,
                                        const std::vector<TableFindings>& tables) {
  std::vector<std::string> lines;
  FieldFindings sum;
  std::int64_t unreferenced = 0;
  std::int64_t lost = 0;
  for (const auto& each : tables) {
    const FieldFindings of_table = each.all_containers();
    sum.external += of_table.external;
    sum.references += of_table.references;
    sum.unknown += of_table.unknown;
    unreferenced += each.unreferenced - each.lost;
    lost += each.lost;
    if (!each.trouble.empty()) lines.push_back("unreadable: " + each.trouble);
  }
  if (!facts.closed_cleanly) {
    lines.emplace_back(
        "the file was not closed cleanly: it was copied while open, or after a crash. What is "
        "damaged will be found and told, but changes may be missing; a backup made by the server "
        "is better");
  }
  if (sum.external > 0) {
    lines.push_back(count_of(sum.external, "value lies", "values lie") +
                    " outside this file, in external storage, and can't be read from it: make a "
                    "self-contained copy (Save a Copy As, or FMDeveloperTool "
                    "--copySelfContained) and use that");
  }
  if (sum.references > 0) {
    lines.push_back(count_of(sum.references, "value is", "values are") +
                    " only the path of a file elsewhere: insert those files, or make a "
                    "self-contained copy");
  }
  if (sum.unknown > 0) {
    lines.push_back(count_of(sum.unknown, "container holds", "containers hold") +
                    " typed text, a ? or a form that fmferry doesn't know: `fmferry list "
                    "--attention` will name the records");
  }
  if (lost > 0) {
    lines.push_back(
        count_of(lost, "object is", "objects are") +
        " in use, as FileMaker counted, but no value names " + (lost == 1 ? "it" : "them") +
        ": the file may be damaged. `fmferry inspect --check` looks closer; a copy that "
        "FileMaker Pro recovered (File > Recover) may have more");
  }
  if (unreferenced > 0) {
    lines.push_back(count_of(unreferenced, "object belongs", "objects belong") +
                    " to no record (left over from deleted ones) and will not be moved");
  }
  return lines;
}

}  // namespace fmferry
