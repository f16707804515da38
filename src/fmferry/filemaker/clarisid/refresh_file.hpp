// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/foundation/secret.hpp>

#include <filesystem>
#include <string>

namespace fmferry::clarisid {

// A refresh token, kept for one account of one pool.
class RefreshFile {
 public:
  // With an empty path nothing is kept.
  RefreshFile(std::filesystem::path path, std::string user, std::string client_id);

  // Empty when there is no file, or it belongs to another account. `denied` when others on this
  // machine could read it.
  [[nodiscard]] Result<Secret> read() const;
  // Mode 0600, in one step.
  [[nodiscard]] Status write(const Secret& token) const;

 private:
  [[nodiscard]] std::string head() const;

  const std::filesystem::path path_;
  const std::string user_;
  const std::string client_id_;
};

}  // namespace fmferry::clarisid
