// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/refresh_file.hpp>
#include <fmferry/filemaker/clarisid/wiped.hpp>
#include <fmferry/foundation/file.hpp>

#include <utility>

namespace fmferry::clarisid {
namespace {

using std::filesystem::perms;

constexpr std::size_t k_max_size = 64U << 10U;
constexpr perms k_others = perms::group_all | perms::others_all;

}  // namespace

RefreshFile::RefreshFile(std::filesystem::path path, std::string user, std::string client_id)
    : path_(std::move(path)), user_(std::move(user)), client_id_(std::move(client_id)) {}

std::string RefreshFile::head() const {
  return "fmferry refresh token 1\n" + user_ + "\n" + client_id_ + "\n";
}

Result<Secret> RefreshFile::read() const {
  std::error_code error;
  if (path_.empty() || !std::filesystem::exists(path_, error)) return Secret();
  const auto mode = std::filesystem::status(path_, error).permissions();
  if (error || (mode & k_others) != perms::none) {
    return fail(ErrorKind::denied,
                "others on this machine may read " + path_.string() +
                    ", which is worth a password: chmod 600 it, or delete it");
  }
  FMF_TRY_ASSIGN(std::string text, read_file(path_, k_max_size));
  const Wiped held(std::move(text));
  if (!held.view().starts_with(head())) return Secret();
  return Secret(std::string(trim(held.view().substr(head().size()))));
}

Status RefreshFile::write(const Secret& token) const {
  if (path_.empty()) return {};
  const Wiped text(head() + token.reveal() + "\n");
  return write_file(path_, text.view(), 0600);
}

}  // namespace fmferry::clarisid
