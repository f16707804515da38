// SPDX-License-Identifier: Apache-2.0
#include "object_store_contract.hpp"
#include <fmferry/foundation/digest.hpp>
#include <fmferry/localfs/local_folder_store.hpp>

#include <filesystem>

namespace fmferry::contract {
namespace {

std::shared_ptr<ObjectStore> in_a_new_folder() {
  const auto folder = std::filesystem::temp_directory_path() / ("fmferry-contract-" + uuid_v4());
  const auto remove = [folder](LocalFolderStore* store) {
    delete store;  // NOLINT(cppcoreguidelines-owning-memory): a shared_ptr's deleter
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  };
  return {new LocalFolderStore({.path = folder, .part_size = 1 << 20, .page_size = 7}), remove};
}

const ObjectStoreCase k_local_folder{
    .name = "LocalFolder",
    .make = in_a_new_folder,
    .traits = {.keeps_content_type = false, .head_tells_sha256 = false}};

INSTANTIATE_TEST_SUITE_P(LocalFolder,
                         ObjectStoreContract,
                         testing::Values(k_local_folder),
                         name_of_case);

}  // namespace
}  // namespace fmferry::contract
