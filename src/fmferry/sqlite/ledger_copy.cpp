// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/ledger.hpp>

namespace fmferry {

Status copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to) {
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(from, {.mode = SqliteMode::read_only}));
  FMF_TRY_ASSIGN(auto vacuum, connection.prepare("VACUUM INTO ?"));
  vacuum.bind_text(1, to.string());
  return vacuum.run();
}

}  // namespace fmferry
