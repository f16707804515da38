// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/sample.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/media/magic_inspectors.hpp>

namespace fmferry::doctor {
namespace {

constexpr int k_records = 50;
constexpr int k_tries = 30;  // where only fetching shows what is filled
constexpr std::int64_t k_enough = 32 << 20;
constexpr std::chrono::seconds k_limit{120};

struct Taken {
  std::int64_t length{0};
  Inspection inspection{};
  bool whole{true};
};

// Nothing: there is no file in it.
Result<std::optional<Taken>> take(Source& source,
                                  const Record& record,
                                  const Container& container,
                                  ContentInspectors& inspectors,
                                  const CallContext& context) {
  Taken taken;
  auto inspector = inspectors.open();
  const auto sink = [&](ByteView bytes) -> Status {
    inspector->update(bytes);
    taken.length += static_cast<std::int64_t>(bytes.size());
    taken.whole = taken.length < k_enough;
    return taken.whole ? Status() : fail(ErrorKind::cancelled, "enough was seen");
  };
  const auto info = source.fetch(record, container, sink, context);
  if (!info && taken.whole) {
    const Error& error = info.error();
    const bool no_file = error.kind == ErrorKind::not_found || error.origin_code == k_holds_no_file;
    if (no_file) return std::nullopt;
    return fail(error);
  }
  taken.inspection = taken.whole ? inspector->finish() : inspector->so_far();
  return taken;
}

bool may_hold_a_file(const Container& container) {
  return container.state == ContainerState::filled || container.state == ContainerState::unknown;
}

Finding judged(const Container& container, const Taken& taken) {
  const Inspection& seen = taken.inspection;
  const std::string what = "one of '" + container.field + "': " + seen.media_type + ", " +
                           (taken.whole ? "" : "more than ") + human_bytes(taken.length);
  if (!taken.whole) return works(what + "; only its beginning was read");
  switch (seen.integrity) {
    case Integrity::whole:
      return works(what + ", whole by its own structure");
    case Integrity::unknown:
      return works(what);
    case Integrity::truncated:
    case Integrity::malformed:
      return warns(what + ", but damaged by its own structure",
                   "look at some originals in FileMaker: a run names all that are damaged");
  }
  return works(what);
}

}  // namespace

Finding take_sample(Source& source, std::optional<Sample>& sample, const CallContext& context) {
  const auto inspectors = MagicInspectors::make();
  if (!inspectors)
    return fails(inspectors.error(), "install libmagic's database (file, libmagic1)");
  const auto page = source.page(1, k_records, context);
  if (!page) return fails(page.error(), "");
  sample = Sample{.found_count = page->found_count};
  int tries = 0;
  for (const auto& record : page->records) {
    sample->record_id = record.record_id;
    for (const auto& container : record.containers) {
      if (!may_hold_a_file(container) || tries++ == k_tries) continue;
      auto taken = take(source, record, container, **inspectors, context);
      if (!taken) return fails(taken.error(), "");
      if (!*taken) continue;
      sample->length = (*taken)->length;
      return judged(container, **taken);
    }
  }
  return page->records.empty()
             ? warns("the table has no record", "see that it is the right table")
             : warns("none of the first records has a file", "see that it is the right table");
}

void add_sample_check(Examination& examination, std::vector<Check>& checks) {
  checks.push_back({.name = "sample",
                    .needs = {"way in"},
                    .run =
                        [&examination](const CallContext& context) {
                          DoorCase& door = *std::ranges::find(
                              examination.doors, examination.choice->fetch, &DoorCase::door);
                          Finding finding = take_sample(*door.source, examination.sample, context);
                          const bool budget = finding.code == ExitCode::budget;
                          if (budget) examination.limit_reached = true;
                          if (finding.outcome == Outcome::fails && finding.to_do.empty()) {
                            finding.to_do =
                                budget ? advice_for({.kind = ErrorKind::budget}, door.door)
                                       : "see that the account may read records and containers";
                          }
                          return finding;
                        },
                    .limit = k_limit});
}

}  // namespace fmferry::doctor
