// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/options.hpp>
#include <fmferry/ports/described_source.hpp>

#include <memory>

namespace fmferry {

namespace odbc {
struct DriverManager;
}

// A table of a hosted FileMaker solution, over ODBC. Holds at most `max_connections` connections
// and ends them all in close(). Retries nothing.
//
// Containers pass in pieces; a driver may hold a whole one all the same. Whether one is filled is
// told by the name of its content, and where that does not say it, by asking for its stream.
class OdbcSource final : public DescribedSource {
 public:
  // Loads the driver manager, but talks to nobody yet. `invalid` when there is none, or for options
  // that make no sense.
  static Result<std::unique_ptr<OdbcSource>> open(OdbcOptions options);
  // The same with a driver manager that is loaded already.
  static Result<std::unique_ptr<OdbcSource>> open(
      OdbcOptions options, std::shared_ptr<const odbc::DriverManager> manager);
  ~OdbcSource() override;
  OdbcSource(const OdbcSource&) = delete;
  OdbcSource& operator=(const OdbcSource&) = delete;

  [[nodiscard]] SourceCapabilities capabilities() const override;
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
  // One UPDATE for up to 50 records that get the same values.
  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;
  void rest() override;
  void close() override;

 private:
  struct Parts;
  explicit OdbcSource(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace fmferry
