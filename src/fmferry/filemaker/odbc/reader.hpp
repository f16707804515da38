// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/sql.hpp>
#include <fmferry/ports/source.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fmferry::odbc {

// What the name of a container's content says. FileMaker answers with NULL when it is empty, the
// file's name when it is embedded, the path of one that is only referred to, `?` for what was
// pasted; and with the text itself where somebody has typed one.
enum class Content { empty, file, reference, doubtful };

[[nodiscard]] Content content_of(const std::optional<std::string>& name);

// The name without what can't be shown.
[[nodiscard]] std::string file_name_of(const std::string& name);

// Reads records over one connection. Retries nothing.
class Reader {
 public:
  Reader(Connection& connection, const OdbcOptions& options, const Shape& shape)
      : connection_(connection), options_(options), shape_(shape) {}

  Result<std::int64_t> count();
  // `corrupt` when fewer records come than the server counts.
  Result<Page> page(std::int64_t offset, int limit);
  // `not_found` when there is none.
  Result<Record> record(RecordId record_id);
  // The first stream that the container has. `not_found` when it, or its record, is gone;
  // `corrupt` when something is in it, but no file.
  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context);

 private:
  Result<std::vector<Record>> records(const std::string& sql);
  Result<Record> read_row(Statement& row);
  Status settle_doubts(Record& record);
  Result<bool> has_stream(RecordId record_id, const std::string& field);
  Result<std::optional<Statement::Streamed>> stream(RecordId record_id,
                                                    const std::string& field,
                                                    const std::string& code,
                                                    const ByteSink& sink,
                                                    const CallContext& context);
  Error why_nothing_came(RecordId record_id, const std::string& field);

  Connection& connection_;
  const OdbcOptions& options_;
  const Shape& shape_;
};

}  // namespace fmferry::odbc
