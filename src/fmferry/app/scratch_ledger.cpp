// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/ledger.hpp>

namespace fmferry {

Result<std::unique_ptr<ScratchLedger>> ScratchLedger::make(const std::filesystem::path& original) {
  const auto folder = std::filesystem::temp_directory_path() / ("fmferry-" + uuid_v4());
  std::filesystem::create_directory(folder);
  std::unique_ptr<ScratchLedger> scratch(new ScratchLedger(folder));
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  if (std::filesystem::exists(original)) FMF_TRY(copy_ledger(original, scratch->file()));
  return scratch;
}

ScratchLedger::~ScratchLedger() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace fmferry
