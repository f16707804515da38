// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/dataapi/options.hpp>
#include <fmferry/ports/described_source.hpp>
#include <fmferry/ports/script_door.hpp>

#include <memory>

namespace fmferry {

// A layout of a hosted FileMaker solution, over the FileMaker Data API. Holds at most
// `max_sessions` sessions and ends them all in close(). Retries nothing, but for two things that
// only it can see: a call whose session had died is repeated once with a new one, and a stream
// address that has run out is read anew, at most twice and only before the sink saw a byte.
class DataApiSource final : public DescribedSource, public ScriptDoor {
 public:
  // Talks to nobody yet. `invalid` for options that make no sense; `denied` for ones that would
  // carry password and images unprotected (plain http or no verification, but for loopback).
  static Result<std::unique_ptr<DataApiSource>> open(DataApiOptions options,
                                                     std::shared_ptr<Clock> clock);
  ~DataApiSource() override;
  DataApiSource(const DataApiSource&) = delete;
  DataApiSource& operator=(const DataApiSource&) = delete;

  [[nodiscard]] SourceCapabilities capabilities() const override;
  // "filemaker://host/database/layout", without the port.
  [[nodiscard]] std::string identity() const override;
  Status log_in(const CallContext& context) override;
  Result<std::vector<FieldFacts>> fields(const CallContext& context) override;
  Status check(const CallContext& context) override;
  Result<std::int64_t> count(const CallContext& context) override;
  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override;
  Result<Record> read(RecordId record_id, const CallContext& context) override;
  // An address that stays stale after two new ones is `corrupt`: the record's own fault.
  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override;
  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override;
  Result<std::string> run_script(const std::string& name,
                                 const std::string& parameter,
                                 const CallContext& context) override;
  void rest() override;
  void close() override;

 private:
  struct Parts;
  explicit DataApiSource(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

// What identity() answers for this layout; `invalid` when the server is no address.
[[nodiscard]] Result<std::string> data_api_identity(const std::string& server,
                                                    const std::string& database,
                                                    const std::string& layout);

}  // namespace fmferry
