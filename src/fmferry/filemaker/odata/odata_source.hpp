// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/options.hpp>
#include <fmferry/ports/described_source.hpp>

#include <memory>

namespace fmferry {

// A table occurrence of a hosted FileMaker solution, over OData. Records are known by their ROWID,
// which is the Data API's recordId. Entities never show containers, so each of them is `unknown`
// until it is fetched. What a server can do (how it tells ROWID, what may be filtered and ordered
// by) is found out with the first call and by check(). Retries nothing.
class ODataSource final : public DescribedSource {
 public:
  // Talks to nobody yet. `invalid` for options that make no sense; `denied` for ones that would
  // carry password and images unprotected (plain http or no verification, but for loopback).
  static Result<std::unique_ptr<ODataSource>> open(ODataOptions options);
  ~ODataSource() override;
  ODataSource(const ODataSource&) = delete;
  ODataSource& operator=(const ODataSource&) = delete;

  [[nodiscard]] SourceCapabilities capabilities() const override;
  // "filemaker://host/database/layout", as over the Data API.
  [[nodiscard]] std::string identity() const override;
  Status log_in(const CallContext& context) override;
  Result<std::vector<FieldFacts>> fields(const CallContext& context) override;
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
  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;
  void close() override;

 private:
  struct Parts;
  explicit ODataSource(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace fmferry
