// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/sampling.hpp>

namespace fmferry {
namespace {

constexpr int k_tries = 3;

class RecordSample {
 public:
  RecordSample(const Job& job, const LedgerRow& row, const CallContext& context)
      : job_(job), row_(row), context_(context) {}

  // Nothing: the record is gone, or failed each time.
  Result<std::optional<Measured>> run() {
    for (int number = 1;; ++number) {
      auto measured = visit();
      if (measured) return std::optional<Measured>(*measured);
      const Error& error = measured.error();
      const Disposition what = disposition_of(error);
      if (what == Disposition::stop_run) return fail(error);
      if (what == Disposition::give_up_item) return std::nullopt;
      if (number < k_tries) continue;
      if (what == Disposition::wait_and_retry) return fail(error);
      return std::nullopt;
    }
  }

 private:
  Result<Measured> visit() {
    Measured measured;
    const auto began = job_.clock.now();
    FMF_TRY_ASSIGN(const Record record, job_.source.read(row_.seen.record_id, context_));
    const auto was_read = job_.clock.now();
    measured.reading = was_read - began;
    FMF_TRY_ASSIGN(const std::vector<std::string> order, order_for(record));
    for (const Container* container : candidates(record, order)) {
      FMF_TRY_ASSIGN(measured.bytes, length_of(record, *container));
      if (measured.bytes > 0) break;
    }
    measured.fetching = job_.clock.now() - was_read;
    return measured;
  }

  // As a run has it, with what it takes to find that out.
  Result<std::vector<std::string>> order_for(const Record& record) {
    if (!row_.choice.empty()) return std::vector{row_.choice};
    return order_by_rule(job_.settings,
                         record,
                         [&](const std::string& field) -> Result<std::optional<std::int64_t>> {
                           const auto weight =
                               weigh(job_, record, *record.container(field), context_);
                           if (weight) return std::optional(*weight);
                           if (holds_no_file(weight.error())) return std::nullopt;
                           return fail(weight.error());
                         });
  }

  static bool holds_no_file(const Error& error) {
    return error.kind == ErrorKind::not_found ||
           (error.kind == ErrorKind::corrupt && error.origin_code == k_holds_no_file);
  }

  // 0 for a container that holds no file after all.
  Result<std::int64_t> length_of(const Record& record, const Container& container) {
    std::int64_t bytes = 0;
    const ByteSink counted = [&](ByteView some) -> Status {
      bytes += static_cast<std::int64_t>(some.size());
      job_.progress.bytes += static_cast<std::int64_t>(some.size());
      return {};
    };
    const auto fetched = job_.source.fetch(record, container, counted, context_);
    if (fetched) return bytes;
    if (holds_no_file(fetched.error())) return 0;
    return fail(fetched.error());
  }

  const Job& job_;
  const LedgerRow& row_;
  const CallContext& context_;
};

}  // namespace

Result<Sample> measure(const Job& job,
                       std::span<const LedgerRow> rows,
                       const CallContext& context) {
  job.progress.phase("sample");
  job.progress.total = static_cast<std::int64_t>(rows.size());
  Sample sample{.records = std::vector<std::optional<Measured>>(rows.size())};
  const auto began = job.clock.now();
  FMF_TRY(in_parallel(rows.size(),
                      job.settings.width,
                      context,
                      [&](std::size_t at, const CallContext& inner) -> Status {
                        FMF_TRY_ASSIGN(sample.records[at],
                                       RecordSample(job, rows[at], inner).run());
                        ++job.progress.done;
                        return {};
                      }));
  sample.elapsed = job.clock.now() - began;
  return sample;
}

}  // namespace fmferry
