// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/file_source.hpp>
#include <fmferry/filemaker/fmp12/survey.hpp>
#include <fmferry/foundation/clock.hpp>

#include <map>
#include <string>
#include <vector>

namespace fmferry {

// What the values of a container field are. A value that lies outside the file can't be told from
// an unknown one by itself; the field's option says where its files are kept.
struct FieldFindings {
  const fmp12::Field* field{nullptr};
  std::int64_t embedded{0};
  std::int64_t external{0};
  std::int64_t references{0};
  std::int64_t unknown{0};

  [[nodiscard]] std::int64_t values() const { return embedded + external + references + unknown; }
};

struct TypeCount {
  std::int64_t objects{0};
  std::int64_t bytes{0};  // of the streams that would be moved
};

struct TableFindings {
  const fmp12::Table* table{nullptr};
  std::int64_t records{0};
  std::vector<FieldFindings> containers{};  // in the order of the fields, empty ones included
  std::int64_t objects{0};                  // in the table's store
  std::int64_t unreferenced{0};             // of these, those that no value refers to
  std::int64_t lost{0};                     // of these, those that FileMaker says are in use
  std::string trouble{};                    // why it could not be read to its end; mostly empty

  // Of the objects that values refer to, when they were looked at.
  std::map<std::string, TypeCount> types{};
  std::int64_t without_file{0};  // nothing to export in it
  std::int64_t without_md5{0};

  // Sums over the fields.
  [[nodiscard]] FieldFindings all_containers() const;
  [[nodiscard]] TypeCount all_types() const;
};

[[nodiscard]] TableFindings findings_of(const fmp12::Table& table,
                                        const fmp12::TableSurvey& survey);

// What the source's own check found, of the tables and containers that the job is about.
[[nodiscard]] std::vector<TableFindings> findings_in(const Config& config, const FileSource& file);

// Looks at each object of the table's store, but not at its bytes.
Status add_types(const fmp12::Database& database,
                 const fmp12::TableSurvey& survey,
                 const CallContext& context,
                 TableFindings& findings);

// A line for each thing that would not come along, with its number and what to do; most files have
// none.
[[nodiscard]] std::vector<std::string> warnings_about(const fmp12::FileFacts& facts,
                                                      const std::vector<TableFindings>& tables);

}  // namespace fmferry
