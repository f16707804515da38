// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

namespace fmferry {

// Hands every call on: what a decorator that changes one of them begins with. Thread-safe when the
// source is, which must outlive it.
class ForwardingSource : public Source {
 public:
  explicit ForwardingSource(Source& inner) : inner_(inner) {}

  [[nodiscard]] SourceCapabilities capabilities() const override { return inner_.capabilities(); }

  [[nodiscard]] std::string identity() const override { return inner_.identity(); }

  Status check(const CallContext& context) override { return inner_.check(context); }

  Result<std::int64_t> count(const CallContext& context) override { return inner_.count(context); }

  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override {
    return inner_.page(offset, limit, context);
  }

  Result<Record> read(RecordId record_id, const CallContext& context) override {
    return inner_.read(record_id, context);
  }

  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override {
    return inner_.fetch(record, container, sink, context);
  }

  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override {
    return inner_.write(record_id, updates, expected_mod_id, context);
  }

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override {
    return inner_.write_many(writes, context);
  }

  void rest() override { inner_.rest(); }

  void close() override { inner_.close(); }

 protected:
  [[nodiscard]] Source& inner() const { return inner_; }

 private:
  Source& inner_;
};

}  // namespace fmferry
