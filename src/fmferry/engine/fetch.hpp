// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/body.hpp>
#include <fmferry/engine/byte_budget.hpp>
#include <fmferry/engine/job.hpp>

#include <memory>
#include <optional>

namespace fmferry {

// A good container's bytes on their way to the store.
struct Fetched {
  LedgerRow row{};  // with the mod_id that the record had when it was read
  std::string field{};
  std::unique_ptr<Body> body{};
  Body::Facts facts{};
  ContainerInfo info{};
  bool damaged{false};  // the source itself finds the bytes damaged: neither facts nor info then
  ByteBudget::Share share{};
  std::optional<Error> store_error{};  // the store refused a part: no facts then
};

// Reads the record and fetches its containers in the waterfall's order until one is good. Nothing
// when none is: its fate is in the ledger then. Outages are waited out here, as a body has to be
// begun anew.
Result<std::optional<Fetched>> fetch_record(const Job& job,
                                            const LedgerRow& row,
                                            ByteBudget& budget,
                                            const CallContext& context);

}  // namespace fmferry
