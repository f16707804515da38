// SPDX-License-Identifier: Apache-2.0
#include "odbc/standin.hpp"
#include <fmferry/filemaker/odbc/driver_manager.hpp>
#include <fmferry/filemaker/odbc/utf16.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>

namespace fmferry {
namespace {

using odbc::DriverManager;
using testing::HasSubstr;
using testing::Not;
using testing_support::new_database;
using testing_support::options_for;
using testing_support::run_sql;

// What FileMaker's driver says and PostgreSQL's does not, put in above the loaded driver manager:
// the call that a test replaces fails, and the texts to say come back as its diagnostics.
class FaultyDriver : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = new_database(); }

  struct Said {
    std::u16string state;
    std::u16string text;
  };

  void SetUp() override {
    const auto loaded = odbc::load_driver_manager("");
    ASSERT_TRUE(loaded) << to_line(loaded.error());
    real_ = *loaded;
    *faulty_ = **loaded;
    faulty_->diagnostic = [this](SQLSMALLINT type,
                                 SQLHANDLE handle,
                                 SQLSMALLINT number,
                                 SQLWCHAR* state,
                                 SQLINTEGER* native,
                                 SQLWCHAR* text,
                                 SQLSMALLINT room,
                                 SQLSMALLINT* length) -> SQLRETURN {
      if (said_.empty()) {
        return real_->diagnostic(type, handle, number, state, native, text, room, length);
      }
      if (number > static_cast<SQLSMALLINT>(said_.size())) return SQL_NO_DATA;
      const Said& said = said_[static_cast<std::size_t>(number) - 1];
      *std::ranges::copy(said.state, state).out = 0;
      *std::ranges::copy(said.text, text).out = 0;
      *length = static_cast<SQLSMALLINT>(said.text.size());
      return SQL_SUCCESS;
    };
  }

  void refuse_login(std::vector<Said> said) {
    faulty_->connect = [this, said = std::move(said)](auto...) -> SQLRETURN {
      ++logins_;
      said_ = said;
      return SQL_ERROR;
    };
  }

  void heal() {
    const auto diagnostic = faulty_->diagnostic;
    *faulty_ = *real_;
    faulty_->diagnostic = diagnostic;
    said_.clear();
  }

  std::unique_ptr<OdbcSource> open() {
    auto source = OdbcSource::open(options_, faulty_);
    if (!source) ADD_FAILURE() << to_line(source.error());
    return source ? std::move(*source) : nullptr;
  }

  Result<ContainerInfo> fetch(Source& source, std::string* into = nullptr) {
    FMF_TRY_ASSIGN(const Record record, source.read(101, {}));
    const ByteSink sink = [into](ByteView piece) -> Status {
      if (into != nullptr) *into += piece;
      return {};
    };
    return source.fetch(record, *record.container("image_Full"), sink, {});
  }

  // Puts a body of several pieces into the record that fetch() reads.
  void fill_record() {
    run_sql(database_, R"sql(UPDATE "API_Images" SET "image_Full" =
      inserted_file('a.bin', decode(repeat('00112233', 250000), 'hex')) WHERE rowid = 101)sql");
  }

  static inline std::string database_{};
  OdbcOptions options_{options_for(database_)};
  std::shared_ptr<const DriverManager> real_;
  std::shared_ptr<DriverManager> faulty_{std::make_shared<DriverManager>()};
  std::vector<Said> said_;
  int logins_{0};
};

TEST_F(FaultyDriver, SaysThatNoUserReachedTheDriverAndTriesNoSecondLogin) {
  refuse_login({{u"28000", u"[FileMaker][FileMaker ODBC] User ID must be specified"}});
  const auto source = open();
  for (int i = 0; i < 3; ++i) {
    const auto status = source->check({});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::denied);
    EXPECT_THAT(to_line(status.error()), HasSubstr("says nothing about the server"));
  }
  EXPECT_EQ(logins_, 1);
}

TEST_F(FaultyDriver, ReadsTheSecondRecordWhenTheFirstIsCutOff) {
  refuse_login({{u"0000", u"[ (1) (SQLDriverConnect)"},
                {u"HY000", u"[FileMaker][FileMaker ODBC] (211): Account/password problem"}});
  const auto status = open()->check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::denied);
  EXPECT_EQ(status.error().origin_code, 211);
}

TEST_F(FaultyDriver, ShowsNoSecretThatTheDriverRepeats) {
  refuse_login({{u"HY000",
                 odbc::to_utf16(
                     "odd failure of " + options_.password.reveal() +
                     " in DRIVER={FileMaker ODBC};UID=tester;PWD=" + options_.password.reveal())}});
  const auto status = open()->check({});
  ASSERT_FALSE(status);
  EXPECT_THAT(to_line(status.error()), HasSubstr("odd failure of … in"));
  EXPECT_THAT(to_line(status.error()), Not(HasSubstr(options_.password.reveal())));
  EXPECT_THAT(to_line(status.error()), Not(HasSubstr("tester")));
}

TEST_F(FaultyDriver, TakesAClosedFileForAnOutageOnlyOnceItWasOpen) {
  const std::vector<Said> not_open{{u"HY000", u"(802): Unable to open file"}};
  refuse_login(not_open);
  EXPECT_EQ(open()->check({}).error().kind, ErrorKind::invalid);
  heal();
  const auto source = open();
  ASSERT_TRUE(source->check({}));
  faulty_->fetch = [this](auto...) -> SQLRETURN {
    said_ = {{u"08S01", u"Communication link failure"}};
    return SQL_ERROR;
  };
  EXPECT_EQ(source->count({}).error().kind, ErrorKind::unavailable);
  refuse_login(not_open);
  EXPECT_EQ(source->count({}).error().kind, ErrorKind::unavailable);
}

TEST_F(FaultyDriver, GoesOnWithANewConnectionAfterOneBrokeInMidContainer) {
  fill_record();
  const auto source = open();
  ASSERT_TRUE(source->check({}));
  int pieces = 0;
  faulty_->get_data = [this, &pieces](SQLHSTMT statement,
                                      SQLUSMALLINT column,
                                      SQLSMALLINT type,
                                      SQLPOINTER value,
                                      SQLLEN room,
                                      SQLLEN* length) -> SQLRETURN {
    if (type == SQL_C_BINARY && ++pieces == 3) {
      said_ = {{u"08S01", u"Communication link failure"}};
      return SQL_ERROR;
    }
    return real_->get_data(statement, column, type, value, room, length);
  };
  faulty_->connect = [this](auto... arguments) {
    ++logins_;
    return real_->connect(arguments...);
  };
  const auto cut = fetch(*source);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
  said_.clear();
  std::string bytes;
  const auto whole = fetch(*source, &bytes);
  ASSERT_TRUE(whole) << to_line(whole.error());
  EXPECT_EQ(bytes.size(), 1'000'000U);
  EXPECT_EQ(logins_, 1);
}

TEST_F(FaultyDriver, LetsGoOfItsConnectionsForARest) {
  int logouts = 0;  // also counted as the source goes
  const auto source = open();
  faulty_->disconnect = [this, &logouts](SQLHDBC connection) {
    ++logouts;
    return real_->disconnect(connection);
  };
  ASSERT_TRUE(source->count({}));
  EXPECT_EQ(logouts, 0);
  source->rest();
  EXPECT_EQ(logouts, 1);
  EXPECT_TRUE(source->count({}));
}

TEST_F(FaultyDriver, NoticesABodyThatEndsBeforeItsAnnouncedLength) {
  fill_record();
  const auto source = open();
  int pieces = 0;
  faulty_->get_data = [this, &pieces](SQLHSTMT statement,
                                      SQLUSMALLINT column,
                                      SQLSMALLINT type,
                                      SQLPOINTER value,
                                      SQLLEN room,
                                      SQLLEN* length) -> SQLRETURN {
    if (type == SQL_C_BINARY && ++pieces == 3) return SQL_NO_DATA;
    return real_->get_data(statement, column, type, value, room, length);
  };
  EXPECT_EQ(fetch(*source).error().kind, ErrorKind::corrupt);
}

TEST_F(FaultyDriver, SaysSoWhenTheDriverAnnouncesNoLength) {
  fill_record();
  const auto source = open();
  faulty_->get_data = [this](SQLHSTMT statement,
                             SQLUSMALLINT column,
                             SQLSMALLINT type,
                             SQLPOINTER value,
                             SQLLEN room,
                             SQLLEN* length) -> SQLRETURN {
    const SQLRETURN done = real_->get_data(statement, column, type, value, room, length);
    if (done == SQL_SUCCESS_WITH_INFO) *length = SQL_NO_TOTAL;
    return done;
  };
  std::string bytes;
  const auto info = fetch(*source, &bytes);
  ASSERT_TRUE(info) << to_line(info.error());
  EXPECT_FALSE(info->length_announced);
  EXPECT_EQ(info->length, 1'000'000);
  EXPECT_EQ(bytes.size(), 1'000'000U);
}

TEST_F(FaultyDriver, TakesNoTextThatCameCutOff) {
  const auto source = open();
  ASSERT_TRUE(source->check({}));
  faulty_->get_data = [this](SQLHSTMT statement,
                             SQLUSMALLINT column,
                             SQLSMALLINT type,
                             SQLPOINTER value,
                             SQLLEN room,
                             SQLLEN* length) -> SQLRETURN {
    const SQLRETURN done = real_->get_data(statement, column, type, value, room, length);
    // As if the driver itself had a buffer of ten characters, but the whole text's length.
    if (type == SQL_C_WCHAR && column == 3) static_cast<SQLWCHAR*>(value)[10] = 0;
    return done;
  };
  const auto record = source->read(101, {});
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, ErrorKind::corrupt);
}

TEST_F(FaultyDriver, DoesNotTakeAShortPageForTheEnd) {
  const auto source = open();
  ASSERT_TRUE(source->check({}));
  int rows = 0;
  faulty_->fetch = [this, &rows](SQLHSTMT statement) -> SQLRETURN {
    return ++rows == 30 ? SQL_NO_DATA : real_->fetch(statement);
  };
  const auto page = source->page(1, 100, {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::corrupt);
}

TEST_F(FaultyDriver, LeavesAWriteInDoubtWhenItsReplyIsLost) {
  const auto source = open();
  const auto before = source->read(101, {});
  ASSERT_TRUE(before);
  faulty_->execute = [this](SQLHSTMT statement, SQLWCHAR* text, SQLINTEGER length) -> SQLRETURN {
    const SQLRETURN done = real_->execute(statement, text, length);
    if (*text != 'U') return done;
    said_ = {{u"08S01", u"Communication link failure"}};
    return SQL_ERROR;
  };
  const auto written = source->write(101, {{"best_image_container", "x"}}, before->mod_id, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::in_doubt);
  heal();
  EXPECT_EQ(source->read(101, {})->field("best_image_container"), "x");
}

// The server has taken the first UPDATE of two; sent again, it is found to be there.
TEST_F(FaultyDriver, FindsOutWhatAnInterruptedBatchHadWritten) {
  const auto source = open();
  const auto page = source->page(41, 60, {});
  ASSERT_TRUE(page) << to_line(page.error());
  std::vector<RecordWrite> writes;
  for (const auto& record : page->records) {
    writes.push_back({record.record_id, {{"best_image_container", "batch"}}, record.mod_id});
  }
  int updates = 0;
  faulty_->execute = [&](SQLHSTMT statement, SQLWCHAR* text, SQLINTEGER length) -> SQLRETURN {
    if (*text != 'U') return real_->execute(statement, text, length);
    if (++updates == 1) real_->execute(statement, text, length);
    said_ = {{u"08S01", u"Communication link failure"}};
    return SQL_ERROR;
  };
  for (const auto& written : source->write_many(writes, {})) {
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::in_doubt);
  }
  heal();
  const auto again = source->write_many(writes, {});
  for (std::size_t i = 0; i < writes.size(); ++i) {
    ASSERT_TRUE(again[i]) << to_line(again[i].error());
    EXPECT_EQ(*again[i], *writes[i].expected_mod_id + 1) << "written twice";
  }
}

TEST_F(FaultyDriver, SaysThatARecordIsLockedInFileMakersOwnCode) {
  const auto source = open();
  const auto before = source->read(101, {});
  faulty_->execute = [this](SQLHSTMT statement, SQLWCHAR* text, SQLINTEGER length) -> SQLRETURN {
    if (*text != 'U') return real_->execute(statement, text, length);
    said_ = {{u"HY000", u"[FileMaker][FileMaker ODBC] (301): Record is in use by another user"}};
    return SQL_ERROR;
  };
  const auto written = source->write(101, {{"best_image_container", "x"}}, before->mod_id, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::conflict);
  EXPECT_EQ(written.error().origin_code, 301);
}

}  // namespace
}  // namespace fmferry
