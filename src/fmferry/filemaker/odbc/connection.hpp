// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/options.hpp>
#include <fmferry/filemaker/odbc/statement.hpp>

#include <memory>
#include <string>
#include <vector>

namespace fmferry::odbc {

// One connection of the driver's. Used by one thread at a time.
class Connection {
 public:
  // Logs in. Errors as error_of() says.
  static Result<std::unique_ptr<Connection>> open(std::shared_ptr<const DriverManager> manager,
                                                  const OdbcOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a statement; the texts go in place of its question marks, in order.
  Result<Statement> run(const std::string& sql,
                        const std::vector<std::string>& texts,
                        Doing doing = Doing::reading);

  // A call has failed in a way after which the connection is of no use.
  [[nodiscard]] bool is_lost() const { return lost_; }

 private:
  friend class Statement;
  Connection(std::shared_ptr<const DriverManager> manager, const OdbcOptions& options);

  Status connect();
  Error failure(SQLSMALLINT type, SQLHANDLE handle, Doing doing);
  [[nodiscard]] bool is_dead() const;

  [[nodiscard]] const DriverManager& manager() const { return *manager_; }

  std::shared_ptr<const DriverManager> manager_;
  const OdbcOptions& options_;
  SQLHENV environment_{nullptr};
  SQLHDBC handle_{nullptr};
  bool connected_{false};
  bool lost_{false};
};

// `cancelled` when the caller is to stop or its time is over.
[[nodiscard]] Status may_go_on(const CallContext& context);

}  // namespace fmferry::odbc
