// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/s3/credentials.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace fmferry::s3 {

// One profile as the shared credentials and config files together describe it.
struct AwsProfile {
  std::string name{};
  bool found{false};                            // in either file
  std::map<std::string, std::string> values{};  // the credentials file's win
};

[[nodiscard]] std::filesystem::path credentials_file(const Environment& environment);
[[nodiscard]] std::filesystem::path config_file(const Environment& environment);

// The profile that AWS_PROFILE names, else "default". Missing files are empty files; `denied` when
// one may not be read.
[[nodiscard]] Result<AwsProfile> read_profile(const Environment& environment);

}  // namespace fmferry::s3
