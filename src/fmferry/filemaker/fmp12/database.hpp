// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/container_object.hpp>
#include <fmferry/filemaker/fmp12/id_set.hpp>
#include <fmferry/filemaker/fmp12/row.hpp>
#include <fmferry/filemaker/fmp12/schema.hpp>
#include <fmferry/foundation/result.hpp>
#include <fmferry/ports/sink.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace fmferry::fmp12 {

class SectorFile;

struct FileFacts {
  std::string name{};     // of the file, without folder
  std::string format{};   // "fmp12" or "fp7"
  std::string version{};  // of the FileMaker that wrote it, such as "21.1"; may be empty
  std::int64_t bytes{0};
  bool closed_cleanly{true};
};

struct OpenOptions {
  bool allow_unclean{false};  // read a file that was copied while open, too
};

// A closed, unencrypted .fmp12 or .fp7 file, read in place: no server, no licence. The format is
// described in docs/formats/fmp12.md. Nothing read is trusted: every length, number and link is
// checked before it is used, and what does not fit is `corrupt`, naming the sector. Containers are
// proven by the MD5 that FileMaker stored; text only by its structure. Memory does not depend on
// the file's size. Const calls are thread-safe.
class Database {
 public:
  // `invalid` when it is not such a file or an older format, `denied` when it is encrypted,
  // `corrupt` when it is cut short, damaged, or not closed cleanly; each says what to do.
  static Result<std::shared_ptr<const Database>> open(const std::filesystem::path& path,
                                                      const OpenOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const FileFacts& facts() const { return facts_; }

  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }

  [[nodiscard]] const Table* table(std::string_view name) const;

  // The records that the table says it has.
  [[nodiscard]] Result<IdSet> record_ids(const Table& table) const;

  // Which cells a reader wants; the others are passed over without being kept.
  using Wanted = std::function<bool(std::uint32_t field)>;
  // Takes the next row; false ends the walk.
  using RowSink = std::function<Result<bool>(Row&)>;

  // The records from `first` on, in the order of their ids.
  Status rows(const Table& table, RecordId first, const Wanted& wanted, const RowSink& sink) const;
  // `not_found` when the table has no such record.
  [[nodiscard]] Result<Row> row(const Table& table, RecordId id, const Wanted& wanted) const;
  // The values of the table's global fields.
  [[nodiscard]] Result<Row> globals(const Table& table, const Wanted& wanted) const;

  // `corrupt` when there is no such object: a value names it.
  [[nodiscard]] Result<ContainerObject> object(const Table& table, const std::string& key) const;
  // Hands the main stream to the sink, and proves all of the object's streams by length and MD5.
  // `corrupt` comes after the sink has seen the bytes.
  Status stream(const Table& table, const ContainerObject& object, const ByteSink& sink) const;
  // All objects of a table's store, in key order, referred to or not; false ends the walk.
  Status objects(const Table& table,
                 const std::function<Result<bool>(const ContainerObject&)>& sink) const;
  // The keys of the same objects, by the store's own set; quicker.
  Status object_keys(const Table& table,
                     const std::function<Result<bool>(const std::string& key)>& sink) const;
  // How many objects the store says it has.
  [[nodiscard]] Result<std::int64_t> object_count(const Table& table) const;

  [[nodiscard]] const SectorFile& sectors() const { return *file_; }

 private:
  Database();

  std::unique_ptr<SectorFile> file_;
  FileFacts facts_;
  std::vector<Table> tables_;
};

}  // namespace fmferry::fmp12
