// SPDX-License-Identifier: Apache-2.0
#include <fmsim/faults.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmsim {
namespace {

using std::chrono::seconds;

std::vector<FaultRule> rules(const std::string& script) {
  auto read = read_fault_script(script);
  if (auto* wrong = std::get_if<std::string>(&read)) {
    ADD_FAILURE() << *wrong;
    return {};
  }
  return std::get<std::vector<FaultRule>>(read);
}

std::string problem(const std::string& script) {
  auto read = read_fault_script(script);
  const auto* wrong = std::get_if<std::string>(&read);
  return wrong != nullptr ? *wrong : "";
}

FaultSubject bytes_of(const std::string& record) {
  return {"GET",
          "/Streaming_SSL/MainDB/AB.jpg",
          RouteKind::stream,
          2,
          "API_Images",
          record,
          "image_Full"};
}

FaultSubject redirect_of(const std::string& record) {
  FaultSubject subject = bytes_of(record);
  subject.hop = 1;
  return subject;
}

FaultSubject edit_of(const std::string& record) {
  return {"PATCH", "/fmi/data/v2/x", RouteKind::edit, 0, "API_Images", record, ""};
}

class FaultsTest : public testing::Test {
 protected:
  std::size_t hit(const FaultSubject& subject, int second = 0) {
    return faults_.hit(subject, start_ + seconds(second)).size();
  }

  void load(const std::string& script) { faults_.replace(rules(script), start_); }

  Faults faults_{1};
  Faults::Time start_{seconds(1000)};
};

TEST_F(FaultsTest, ARuleIsUsedUpByItsHit) {
  load("container reply 502");
  EXPECT_EQ(hit(bytes_of("101")), 1U);
  EXPECT_EQ(hit(bytes_of("101")), 0U);
  EXPECT_THAT(faults_.json(), testing::HasSubstr(R"("seen":2,"hits":1,"done":true)"));
}

TEST_F(FaultsTest, AnUnusedRuleShows) {
  load("login reply 503\n");
  EXPECT_THAT(faults_.json(), testing::HasSubstr(R"("seen":0,"hits":0,"done":false)"));
}

TEST_F(FaultsTest, HitsAreCountedFromOne) {
  load("GET /Streaming_SSL/** hits 2..3 reply 502");
  EXPECT_EQ(hit(bytes_of("1")), 0U);
  EXPECT_EQ(hit(redirect_of("1")), 1U);
  EXPECT_EQ(hit(bytes_of("1")), 1U);
  EXPECT_EQ(hit(bytes_of("1")), 0U);
}

TEST_F(FaultsTest, EveryThirdRequestIsHit) {
  load("container every 3 reply 502");
  std::string seen;
  for (int i = 0; i < 7; ++i) seen += hit(bytes_of("1")) == 1 ? 'x' : '.';
  EXPECT_EQ(seen, "..x..x.");
}

TEST_F(FaultsTest, TimesCountFromTheLoading) {
  load("any from 30s until 1m hold 120s");
  EXPECT_EQ(hit(edit_of("1"), 29), 0U);
  EXPECT_EQ(hit(edit_of("1"), 30), 1U);
  EXPECT_EQ(hit(edit_of("1"), 59), 1U);
  EXPECT_EQ(hit(edit_of("1"), 60), 0U);
}

TEST_F(FaultsTest, ChanceIsRoughlyKept) {
  load("any chance 25% reply 502");
  std::size_t hits = 0;
  for (int i = 0; i < 1000; ++i) hits += hit(edit_of("1"));
  EXPECT_NEAR(static_cast<double>(hits), 250, 50);
}

TEST_F(FaultsTest, ARecordAndFieldCanBeMeant) {
  load(
      "container Images/17/image_Full always reply 502\nPATCH record Images/21 always apply, then "
      "drop reply");
  EXPECT_EQ(hit(bytes_of("17")), 1U);
  EXPECT_EQ(hit(bytes_of("18")), 0U);
  EXPECT_EQ(hit(edit_of("21")), 1U);
  EXPECT_EQ(hit(edit_of("17")), 0U);
}

TEST_F(FaultsTest, AContainerRuleMeansTheHopItsFaultNeeds) {
  load("container always drop cookie\ncontainer always cut after 40%\ncontainer always reply 502");
  EXPECT_EQ(hit(redirect_of("1")), 1U);
  EXPECT_EQ(hit(bytes_of("1")), 2U);
}

TEST(FaultScript, ReadsEveryAction) {
  const std::string script = R"(
# a comment
any reply 502
any reply 500 json 812
any reply 200 html      # the login page
container cut after 40%
container cut after 40% without length
container flip byte at 50%
any delay 500ms
any hold 2m
any hang
any drop connection
edit apply then drop reply
any expire sessions
container stale url
container drop cookie
container content-type text/html
records control characters
records duplicate ids
records delete record 105
records delete record at position 3
records append record
container location unreachable
any data limit
any crash 5s
container rate 50kB/s
any lock record 101
)";
  EXPECT_EQ(rules(script).size(), 25U);
  EXPECT_EQ(rules(script)[4].fault.without_length, true);
  EXPECT_EQ(rules(script)[4].line, 7U);
}

TEST(FaultScript, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problem("\n\nany explode"),
            "line 3: 'explode' is neither a record like 17, Images/17 or "
            "17/image_Full nor a word known here");
  EXPECT_EQ(problem("any hit 1"), "line 1: there is no action");
  EXPECT_EQ(problem("any reply 99"), "line 1: '99' is no HTTP status from 200 to 599");
  EXPECT_EQ(problem("picture reply 502"),
            "line 1: 'picture' is no kind of request, no path and not 'any'");
  EXPECT_EQ(problem("any cut after 140%"), "line 1: '140%' is more than 100%");
  EXPECT_EQ(problem("any hits 3..1 hang"),
            "line 1: '3..1' is not a range of hits: they count from 1 upwards");
  EXPECT_EQ(problem("any reply 502 twice"), "line 1: 'twice' is too much");
  EXPECT_EQ(problem("any delay 5"), "line 1: '5' is not a time like 500ms, 30s or 2m");
}

}  // namespace
}  // namespace fmsim
