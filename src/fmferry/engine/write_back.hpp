// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Phase `mark`: writes each pending record's choice to the mark field, where it does not stand yet.
// Nothing where the source takes nothing back.
Status write_marks(const Job& job, const CallContext& context);

// Catches up on stamps and marks that an earlier run left open.
Status write_open_stamps(const Job& job, const CallContext& context);

}  // namespace fmferry
