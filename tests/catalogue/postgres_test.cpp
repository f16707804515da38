// SPDX-License-Identifier: Apache-2.0
#include "application.hpp"
#include <fmferry/postgres/database.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Error refusal(const std::string& url, const std::string& password = "") {
  PostgresOptions options{.url = url};
  if (!password.empty()) options.password = Secret(password);
  const auto opened = open_postgres_database(options);
  return opened ? Error{} : opened.error();
}

TEST(Postgres, RefusesAPasswordInTheUrlWithoutRepeatingIt) {
  const Error error = refusal("postgresql://me:s3cret@127.0.0.1/db");
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.what, HasSubstr("env:NAME"));
  EXPECT_THAT(error.what, Not(HasSubstr("s3cret")));
}

TEST(Postgres, RefusesAConnectionThatDoesNotProveWhoTheServerIs) {
  for (const char* mode : {"disable", "allow", "prefer", "require"}) {
    const Error error = refusal("postgresql://me@db.example.org/db?sslmode=" + std::string(mode));
    EXPECT_EQ(error.kind, ErrorKind::invalid) << mode;
    EXPECT_THAT(error.what, HasSubstr(mode));
  }
}

TEST(Postgres, RefusesWhatIsNoAddress) {
  const Error error = refusal("postgresql:me:s3cret@host/");
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.what, Not(HasSubstr("s3cret")));
}

TEST(Postgres, AWrongPasswordIsDenied) {
  const Error error = refusal(postgres_place().url, "wrong");
  EXPECT_EQ(error.kind, ErrorKind::denied) << error.what;
  EXPECT_THAT(error.what, Not(HasSubstr("wrong\"")));
}

TEST(Postgres, AServerThatIsNotThereIsUnavailable) {
  EXPECT_EQ(refusal("postgresql://me@127.0.0.1:1/db").kind, ErrorKind::unavailable);
}

class PostgresErrors : public testing::Test {
 protected:
  void SetUp() override {
    application_ = new_postgres_application();
    database_ = application_->connect();
    run_ok("CREATE TABLE t (id integer PRIMARY KEY, name varchar(3), u uuid)");
  }

  void run_ok(const std::string& statement) {
    const auto done = database_->run(statement, {});
    ASSERT_TRUE(done) << to_line(done.error());
  }

  Error failure(const std::string& statement) {
    const auto done = database_->run(statement, {});
    return done ? Error{} : done.error();
  }

  std::unique_ptr<Application> application_;
  std::unique_ptr<sql::Database> database_;
};

TEST_F(PostgresErrors, TellWhatKindWithoutAnyValue) {
  run_ok("INSERT INTO t VALUES (1, 'a')");
  const Error twice = failure("INSERT INTO t VALUES (1, 'b')");
  EXPECT_EQ(twice.kind, ErrorKind::conflict);
  EXPECT_THAT(twice.what, HasSubstr("t_pkey"));
  const Error misfit = failure("INSERT INTO t (id, u) VALUES (2, 'Mrs Example')");
  EXPECT_EQ(misfit.kind, ErrorKind::corrupt);
  EXPECT_THAT(misfit.what, Not(HasSubstr("Example")));
  EXPECT_EQ(failure("INSERT INTO t (id, name) VALUES (2, 'long name')").kind, ErrorKind::corrupt);
  EXPECT_EQ(failure("SELECT * FROM missing").kind, ErrorKind::invalid);
  EXPECT_EQ(failure("INSERT INTO t VALUES (NULL)").kind, ErrorKind::invalid);
}

TEST_F(PostgresErrors, ALostConnectionIsMadeAnewButATransactionIsNotGoneOnWith) {
  run_ok("BEGIN");
  run_ok("INSERT INTO t VALUES (1, 'a')");
  const auto other = application_->connect();
  ASSERT_TRUE(
      other->run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                 "pg_backend_pid() AND datname = current_database()",
                 {}));
  const ErrorKind lost = failure("COMMIT").kind;
  EXPECT_TRUE(lost == ErrorKind::unavailable || lost == ErrorKind::in_doubt) << name_of(lost);
  run_ok("BEGIN");
  const auto count = database_->run("SELECT count(*) FROM t", {});
  ASSERT_TRUE(count) << to_line(count.error());
  EXPECT_EQ(count->front().front(), "0");
  run_ok("COMMIT");
}

TEST_F(PostgresErrors, AReadOnlySessionIsDenied) {
  run_ok("SET default_transaction_read_only = on");
  const Status checked = database_->check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace fmferry::test
