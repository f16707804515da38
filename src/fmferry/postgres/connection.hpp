// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/postgres/database.hpp>

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fmferry::postgres {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

// libpq's keywords and their values.
using Parameters = std::vector<std::pair<std::string, std::string>>;

// The URL taken apart, completed and found safe; see PostgresOptions.
Result<Parameters> safe_parameters(const PostgresOptions& options);

// With dates in ISO's form and times in UTC.
Result<Connection> connect(const Parameters& parameters);
// The settings of a session that connect() and a reconnection need.
Status prepare_session(PGconn* connection);

// What went wrong, from the SQLSTATE; never with a value of a row in it.
[[nodiscard]] Error error_of(PGconn* connection, const PGresult* answer, bool committing);

}  // namespace fmferry::postgres
