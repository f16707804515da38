// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/survey.hpp>
#include <fmferry/ports/source.hpp>

#include <memory>
#include <string>
#include <vector>

namespace fmferry {

struct Fmp12Options {
  // The table whose records are listed, with the waterfall over its container fields. Empty: every
  // container value of every table (or of `only_tables`) is a record of its own; see below.
  std::string table{};
  std::vector<std::string> only_tables{};
  std::vector<std::string> fields{};      // text fields to show; with a repetition: "Phone(2)"
  std::vector<std::string> containers{};  // in the order of the waterfall; "Picture(2)"
  std::string identity{};                 // what identity() answers; empty: "fmp12:NAME/TABLE"
};

// Records and containers of a closed FileMaker file. Can't write back. Its answers never change,
// and every body is proven by the MD5 that FileMaker stored.
//
// With a table, records are the table's, under FileMaker's own record ids and modification counts.
// Without, each container value is a record: its only container is called "TABLE.FIELD", its field
// "id" holds the record's number ("17"; "17-2" for the second repetition; "global" for a global
// field), and record_id packs table, record, field and repetition into one number.
class Fmp12Source final : public Source {
 public:
  // `invalid` when the table or a field is not there, naming what is.
  static Result<std::unique_ptr<Fmp12Source>> open(std::shared_ptr<const fmp12::Database> database,
                                                   Fmp12Options options);
  ~Fmp12Source() override;
  Fmp12Source(const Fmp12Source&) = delete;
  Fmp12Source& operator=(const Fmp12Source&) = delete;

  [[nodiscard]] SourceCapabilities capabilities() const override;
  [[nodiscard]] std::string identity() const override;
  // Surveys the tables, once: `corrupt` when records and the file's own lists don't agree.
  Status check(const CallContext& context) override;
  Result<std::int64_t> count(const CallContext& context) override;
  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override;
  Result<Record> read(RecordId record_id, const CallContext& context) override;
  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override;
  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override;
  void close() override;

  // How long a container that a record of this source shows is, without reading it; nothing when it
  // holds no file, or a damaged one. Thread-safe.
  [[nodiscard]] std::optional<std::int64_t> length_of(const Container& container) const;

  // The containers to ask for when every container value is wanted: "TABLE.FIELD" each.
  [[nodiscard]] static std::vector<std::string> every_container(
      const fmp12::Database& database, const std::vector<std::string>& only_tables);
  // What check() found, by table id; empty before.
  [[nodiscard]] const std::map<std::uint32_t, fmp12::TableSurvey>& surveys() const;

 private:
  struct Parts;
  explicit Fmp12Source(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace fmferry
