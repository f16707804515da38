// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/stratified.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/engine/listed_lengths.hpp>

#include <map>

namespace fmferry {

struct ForecastOptions {
  std::int64_t sample{60};            // records to fetch at most, where their lengths are not told
  std::int64_t sample_for_speed{20};  // the same where all lengths are told
  std::uint64_t seed{1};              // which records
};

// What would be moved of one container field.
struct ForecastPart {
  std::int64_t records{0};
  std::int64_t told{0};        // of these, so many lengths are told by the source
  std::int64_t told_bytes{0};  // which add up to this
  std::int64_t measured{0};    // records fetched for the sample
  Estimate bytes{};            // of all its records
};

struct Forecast {
  LedgerCounts counts{};       // as the walk left them; `pending` are to be moved
  std::int64_t to_move{0};     // pending records for which a key can be made
  std::int64_t unnameable{0};  // pending ones for which none can; a run refuses them
  std::map<std::string, ForecastPart> parts{};  // by choice; "": known when it is fetched
  // Records that would get one key, a group a key. None of a group is moved, but the one that was.
  std::vector<std::vector<RecordId>> collisions{};

  Estimate bytes{};
  bool exact{false};  // all lengths were told

  struct Speed {
    std::int64_t records{0};  // fetched for the sample
    std::int64_t failed{0};   // left out of it
    std::int64_t bytes{0};
    std::chrono::duration<double> elapsed{0};
  };

  Speed sample{};
  std::chrono::duration<double> listing{0};
  Estimate seconds{};  // of a whole run like this, listing and writing included; 0: not measured
};

// Walks the whole source as a run does, into the job's ledger, and fetches a sample. How long the
// run takes is what the sample took, by record: the same width, rests and waits; a mark and stamp
// is taken to be as slow as a read, and the store to keep up. The errors of take_inventory() and
// measure().
Result<Forecast> forecast(const Job& job,
                          const ListedLengths::Teller& teller,
                          const ForecastOptions& options,
                          const CallContext& context);

}  // namespace fmferry
