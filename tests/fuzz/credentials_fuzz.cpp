// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the files and the JSON that AWS keys come from.
#include "fmp12/memory_file.hpp"
#include "fuzzing.hpp"
#include <fmferry/s3/metadata_credentials.hpp>
#include <fmferry/s3/profile_files.hpp>

namespace fmferry::s3 {
namespace {

using fuzzing::must;

void read_keys(ByteView bytes) {
  const auto keys = parse_credentials_json(bytes, "here");
  must(!keys || !keys->access_key_id.empty());
  const testing_support::MemoryFile file(bytes);
  const auto profile = read_profile([&](const std::string& name) {
    return name == "AWS_CONFIG_FILE" || name == "AWS_SHARED_CREDENTIALS_FILE" ? file.path().string()
                                                                              : std::string();
  });
  must(profile && profile->name == "default");
  for (const auto& [name, value] : profile->values) {
    must(name.find('\n') == std::string::npos && value.find('\n') == std::string::npos);
  }
}

}  // namespace
}  // namespace fmferry::s3

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::s3::read_keys(fmferry::fuzzing::view_of(data, size));
  return 0;
}
