// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/same_source.hpp>

namespace fmferry {

Status check_same_source(const Job& job) {
  FMF_TRY_ASSIGN(const auto source, job.ledger.kept(Fact::source));
  FMF_TRY_ASSIGN(const auto pushed_to, job.ledger.kept(Fact::pushed_to));
  const std::string now = job.source.identity();
  if (source.empty() || source == now || pushed_to == now) return {};
  return fail(ErrorKind::invalid,
              "the ledger belongs to another job (its source is '" + source + "', not '" + now +
                  "'): put the setting back, or name a new ledger");
}

}  // namespace fmferry
