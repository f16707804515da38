// SPDX-License-Identifier: Apache-2.0
#include "support/simulator.hpp"
#include <fmferry/filemaker/clarisid/claris_id.hpp>
#include <fmferry/foundation/file.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

// Against the simulator's Cognito, which has SRP arithmetic of its own. Time is the test's, so that
// an hour passes in no time; the simulator's tokens end only when a test says so.

namespace fmferry {
namespace {

using namespace std::literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing_support::Simulator;

class OwnClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override {
    return std::chrono::steady_clock::time_point(1h) + passed_.load();
  }

  std::chrono::system_clock::time_point wall() override {
    return std::chrono::system_clock::now() + wrong_by_.load();
  }

  bool sleep_for(std::chrono::milliseconds /*span*/, const std::stop_token& stop) override {
    return !stop.stop_requested();
  }

  void pass(std::chrono::seconds span) { passed_ = passed_.load() + span; }

  void be_wrong_by(std::chrono::seconds span) { wrong_by_ = span; }

 private:
  std::atomic<std::chrono::seconds> passed_{0s};
  std::atomic<std::chrono::seconds> wrong_by_{0s};
};

class ClarisId : public testing::Test {
 protected:
  explicit ClarisId(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "--cloud", "--records", "10", "--user", "robot@orchard.test"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    simulator_ = Simulator::start(arguments);
    options_ = {.user = "robot@orchard.test",
                .password = Secret(simulator_->password()),
                .pool_url = simulator_->url() + "/endpoint/userpool/2.2.0.my.claris.com.json",
                .sign_in_url = simulator_->url() + "/",
                .ca_file = simulator_->ca_file(),
                .ask = [this](const std::string& question) -> Result<Secret> {
                  questions_.push_back(question);
                  if (codes_.empty()) return fail(ErrorKind::denied, "nobody is there");
                  const std::string code = codes_.front();
                  codes_.erase(codes_.begin());
                  return Secret(code);
                }};
  }

  [[nodiscard]] std::shared_ptr<Authorization> account() const {
    auto opened = claris_id_authorization(options_, clock_);
    EXPECT_TRUE(opened);
    return opened ? *opened : nullptr;
  }

  // "kind: text", or the header's beginning.
  [[nodiscard]] std::string outcome() const { return outcome_of(*account()); }

  static std::string outcome_of(Authorization& account) {
    const auto header = account.header({});
    if (header) return header->reveal().substr(0, 9);
    return std::string(name_of(header.error().kind)) + ": " + to_line(header.error());
  }

  [[nodiscard]] std::int64_t sign_ins() const { return simulator_->stat("claris_sign_ins"); }

  [[nodiscard]] std::int64_t refreshes() const { return simulator_->stat("claris_refreshes"); }

  std::unique_ptr<Simulator> simulator_{};
  std::shared_ptr<OwnClock> clock_{std::make_shared<OwnClock>()};
  ClarisIdOptions options_{};
  std::vector<std::string> codes_{};
  std::vector<std::string> questions_{};
};

TEST_F(ClarisId, IsSignedInOnceForAllRequests) {
  const auto account = this->account();
  const auto header = account->header({});
  ASSERT_TRUE(header) << to_line(header.error());
  EXPECT_THAT(header->reveal(), StartsWith("FMID eyJ"));
  clock_->pass(49min);
  EXPECT_EQ(account->header({})->reveal(), header->reveal());
  EXPECT_EQ(simulator_->stat("claris_calls"), 2);
  EXPECT_EQ(simulator_->stat("claris_lookups"), 1);
}

TEST_F(ClarisId, IsRenewedTenMinutesBeforeItsEnd) {
  const auto account = this->account();
  const auto first = account->header({});
  clock_->pass(50min);
  const auto second = account->header({});
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->reveal(), second->reveal());
  EXPECT_EQ(sign_ins(), 1);
  EXPECT_EQ(refreshes(), 1);
}

TEST_F(ClarisId, IsRenewedOnceWhenManyThreadsAreRefused) {
  const auto account = this->account();
  const auto old = account->header({});
  ASSERT_TRUE(old);
  std::atomic<int> renewed{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        EXPECT_TRUE(account->refused(*old));
        const auto fresh = account->header({});
        if (fresh && fresh->reveal() != old->reveal()) ++renewed;
      });
    }
  }
  EXPECT_EQ(renewed, 16);
  EXPECT_EQ(refreshes(), 1);
}

TEST_F(ClarisId, IsNotRenewedForARefusalOfAnEarlierToken) {
  const auto account = this->account();
  const auto old = account->header({});
  EXPECT_TRUE(account->refused(*old));
  const auto fresh = account->header({});
  EXPECT_TRUE(account->refused(*old));
  EXPECT_EQ(account->header({})->reveal(), fresh->reveal());
  EXPECT_EQ(refreshes(), 1);
}

TEST_F(ClarisId, SignsInAgainWhenTheRefreshTokenIsNotTaken) {
  const auto account = this->account();
  ASSERT_TRUE(account->header({}));
  simulator_->claris("revoke=1");
  clock_->pass(50min);
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
  EXPECT_EQ(sign_ins(), 2);
}

TEST_F(ClarisId, UsesItsTokenToTheEndWhenClarisIsDown) {
  const auto account = this->account();
  const auto first = account->header({});
  simulator_->faults("sign-in always reply 503");
  clock_->pass(55min);
  EXPECT_EQ(account->header({})->reveal(), first->reveal());
  clock_->pass(5min);
  EXPECT_THAT(outcome_of(*account), StartsWith("unavailable: sign in with the Claris ID"));
  simulator_->faults("sign-in hit 99 reply 503");
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
}

TEST_F(ClarisId, IsTriedOnceWithAWrongPassword) {
  options_.password = Secret("planted-guess");
  const auto account = this->account();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(
        outcome_of(*account),
        StartsWith("denied: sign in with the Claris ID: user or password of the Claris ID"));
  }
  EXPECT_THAT(outcome_of(*account), Not(HasSubstr("planted-guess")));
  EXPECT_EQ(simulator_->stat("claris_refusals"), 1);
}

TEST_F(ClarisId, ThatDoesNotExistIsSaidSo) {
  options_.user = "nobody@orchard.test";
  EXPECT_THAT(outcome(), HasSubstr("there is no such Claris ID"));
  EXPECT_THAT(outcome(), Not(HasSubstr("nobody@orchard.test")));
}

TEST_F(ClarisId, IsAskedForMoreSlowlyWhenClarisSaysSo) {
  simulator_->claris("throttle=1");
  const auto account = this->account();
  EXPECT_THAT(outcome_of(*account), StartsWith("throttled: "));
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
}

TEST_F(ClarisId, IsRefusedByAWrongClockWhichIsSaid) {
  clock_->be_wrong_by(-11min);
  EXPECT_THAT(outcome(), HasSubstr("this machine's clock is 11 minutes behind"));
  clock_->be_wrong_by(3min);
  EXPECT_EQ(outcome(), "FMID eyJr");
}

TEST_F(ClarisId, NamesThePageThatItCanNotReach) {
  options_.pool_url = "https://127.0.0.1:1/pool";
  EXPECT_THAT(outcome(),
              StartsWith("unavailable: sign in with the Claris ID: look up the user pool"));
}

TEST_F(ClarisId, ShowsNothingToANetworkThatIsNotProtected) {
  options_.sign_in_url = "http://cognito.example/";
  EXPECT_EQ(claris_id_authorization(options_, clock_).error().kind, ErrorKind::denied);
  options_.sign_in_url = "https://cognito.example/";
  options_.insecure = true;
  EXPECT_EQ(claris_id_authorization(options_, clock_).error().kind, ErrorKind::denied);
}

TEST_F(ClarisId, IsLeftAloneByAStop) {
  std::stop_source stop;
  stop.request_stop();
  const auto account = this->account();
  EXPECT_EQ(account->header({.stop = stop.get_token()}).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
}

TEST_F(ClarisId, KeepsTheRefreshTokenForTheNextRunWhenAskedTo) {
  options_.refresh_token_file = simulator_->folder() / "refresh";
  EXPECT_EQ(outcome(), "FMID eyJr");
  EXPECT_EQ(std::filesystem::status(options_.refresh_token_file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  options_.password = Secret("not needed");
  EXPECT_EQ(outcome(), "FMID eyJr");
  EXPECT_EQ(sign_ins(), 1);
  EXPECT_EQ(refreshes(), 1);
}

TEST_F(ClarisId, DoesNotUseTheRefreshTokenOfAnotherAccount) {
  options_.refresh_token_file = simulator_->folder() / "refresh";
  EXPECT_EQ(outcome(), "FMID eyJr");
  options_.user = "nobody@orchard.test";
  EXPECT_THAT(outcome(), HasSubstr("there is no such Claris ID"));
  EXPECT_EQ(refreshes(), 0);
}

TEST_F(ClarisId, RefusesARefreshTokenThatOthersMayRead) {
  options_.refresh_token_file = simulator_->folder() / "refresh";
  EXPECT_EQ(outcome(), "FMID eyJr");
  std::filesystem::permissions(options_.refresh_token_file,
                               std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_THAT(outcome(), HasSubstr("chmod 600"));
}

TEST(ClarisHost, IsKnownByItsName) {
  EXPECT_TRUE(is_filemaker_cloud("Orchard.account.FileMaker-Cloud.com"));
  EXPECT_FALSE(is_filemaker_cloud("account.filemaker-cloud.com.example"));
  EXPECT_FALSE(is_filemaker_cloud("fms.example.org"));
}

class ClarisIdWithApp : public ClarisId {
 protected:
  ClarisIdWithApp() : ClarisId({"--second-factor", "app", "--code", "271828"}) {}
};

TEST_F(ClarisIdWithApp, AsksForTheCodeOnceAndRefreshesWithout) {
  codes_ = {"271828"};
  const auto account = this->account();
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
  clock_->pass(50min);
  EXPECT_EQ(outcome_of(*account), "FMID eyJr");
  EXPECT_EQ(questions_.size(), 1U);
  EXPECT_EQ(refreshes(), 1);
}

TEST_F(ClarisIdWithApp, AsksAgainAfterAMistake) {
  codes_ = {"111111", "271828"};
  EXPECT_EQ(outcome(), "FMID eyJr");
  EXPECT_EQ(questions_.size(), 2U);
}

TEST_F(ClarisIdWithApp, GivesUpAfterThreeWrongCodes) {
  codes_ = {"111111", "222222", "333333", "444444"};
  EXPECT_THAT(outcome(), StartsWith("denied: "));
  EXPECT_EQ(questions_.size(), 3U);
}

TEST_F(ClarisIdWithApp, IsDeniedWhenNobodyCanBeAsked) {
  EXPECT_EQ(outcome(), "denied: sign in with the Claris ID: nobody is there");
}

class ClarisIdWithPhone : public ClarisId {
 protected:
  ClarisIdWithPhone() : ClarisId({"--second-factor", "sms"}) {}
};

TEST_F(ClarisIdWithPhone, SaysWhereTheCodeWasSent) {
  codes_ = {"424242"};
  EXPECT_EQ(outcome(), "FMID eyJr");
  EXPECT_THAT(questions_.at(0), HasSubstr("+*******33"));
}

}  // namespace
}  // namespace fmferry
