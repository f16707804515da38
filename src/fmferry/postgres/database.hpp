// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/secret.hpp>
#include <fmferry/sql/database.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fmferry {

struct PostgresOptions {
  // "postgresql://user@host:5432/database?sslmode=verify-full", or "host=... dbname=...". What it
  // leaves out comes from libpq's own places: PGUSER and its kin, ~/.pgpass, a service file.
  std::string url{};
  std::optional<Secret> password{};
  std::string ca_file{};  // whom the server's certificate must be signed by; empty: the system's
};

// An application's database on a PostgreSQL server, from version 12 on. Connects at once.
//
// Over a network TLS is used and the certificate verified, and a URL that asks for less is refused;
// not so over a socket file or to this very machine. So is a password in the URL: others see it in
// the list of processes, and logs repeat it. Errors: `invalid`, `denied`, `unavailable`.
Result<std::unique_ptr<sql::Database>> open_postgres_database(const PostgresOptions& options);

}  // namespace fmferry
