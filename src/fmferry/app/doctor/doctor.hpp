// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/app/doctor/report.hpp>

namespace fmferry::doctor {

struct DoctorSettings {
  RunSettings run{};
  bool write_test{false};  // one record's mark and stamp are written as they are
};

// Walks every door of the job. Ends all its sessions, and writes nothing but the store's small
// probe object, and what the write test asks for.
[[nodiscard]] Report examine(const Config& config,
                             const DoctorSettings& settings,
                             const CallContext& context);

}  // namespace fmferry::doctor
