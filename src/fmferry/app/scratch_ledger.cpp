// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/ledger.hpp>

namespace fmferry {

Result<std::filesystem::path> make_temporary_folder() {
  std::error_code error;
  auto folder = std::filesystem::temp_directory_path(error);
  if (!error) {
    folder /= "fmferry-" + uuid_v4();
    std::filesystem::create_directory(folder, error);
  }
  if (!error) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (!error) return folder;
  return fail(ErrorKind::internal,
              "cannot make a temporary folder (" + error.message() +
                  "): TMPDIR must name a folder that is there, or be unset");
}

Result<std::unique_ptr<ScratchLedger>> ScratchLedger::make(const std::filesystem::path& original) {
  FMF_TRY_ASSIGN(const auto folder, make_temporary_folder());
  std::unique_ptr<ScratchLedger> scratch(new ScratchLedger(folder));
  if (std::filesystem::exists(original)) FMF_TRY(copy_ledger(original, scratch->file()));
  return scratch;
}

ScratchLedger::~ScratchLedger() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace fmferry
