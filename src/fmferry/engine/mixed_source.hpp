// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

#include <string>

namespace fmferry {

// Sources of one table, each for what it does best: one lists and counts, one reads single records
// and fetches their bytes, one writes. They may be the same. A record is known by its recordId in
// all of them, and check() proves that they mean the same records: it reads some of the listing's
// through the fetching and the writing source, and id and modification id must agree. All else that
// a record says when it is read (modification id, id) is the fetching source's, so that what is
// fetched is what was read.
//
// A listing that tells emptiness chooses the container; the fetching source need not know.
// Thread-safe when the sources are, which must outlive it.
class MixedSource final : public Source {
 public:
  // id_field: the solution's own id; empty: there is none.
  MixedSource(Source& lists, Source& fetches, Source& writes, std::string id_field)
      : lists_(lists), fetches_(fetches), writes_(writes), id_field_(std::move(id_field)) {}

  [[nodiscard]] SourceCapabilities capabilities() const override;

  [[nodiscard]] std::string identity() const override { return lists_.identity(); }

  // `invalid` when the sources do not mean the same table.
  Status check(const CallContext& context) override;

  Result<std::int64_t> count(const CallContext& context) override { return lists_.count(context); }

  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override {
    return lists_.page(offset, limit, context);
  }

  Result<Record> read(RecordId record_id, const CallContext& context) override {
    return fetches_.read(record_id, context);
  }

  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override {
    return fetches_.fetch(record, container, sink, context);
  }

  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override {
    return writes_.write(record_id, updates, expected_mod_id, context);
  }

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override {
    return writes_.write_many(writes, context);
  }

  void rest() override;
  void close() override;

 private:
  Status compare(const Record& listed, Source& other, const CallContext& context);

  Source& lists_;
  Source& fetches_;
  Source& writes_;
  const std::string id_field_;
};

}  // namespace fmferry
