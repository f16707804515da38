// SPDX-License-Identifier: Apache-2.0
#include "net/raw_server.hpp"
#include <fmferry/filemaker/dataapi/data_api_source.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <map>

// What a login does with an account whose authorization runs out and can be renewed.

namespace fmferry {
namespace {

using namespace std::literals;
using testing::ElementsAre;
using testing_support::http_answer;
using testing_support::RawAnswer;
using testing_support::RawRequest;
using testing_support::RawServer;

// "FMID 1", and the next number after each refusal.
class NumberedPasses final : public Authorization {
 public:
  Result<Secret> header(const CallContext& /*context*/) override {
    return Secret("FMID " + std::to_string(number_));
  }

  bool refused(const Secret& /*header*/) override {
    ++number_;
    return true;
  }

 private:
  std::atomic<int> number_{1};
};

std::string json(std::string_view response, std::string_view code = "0", int status = 200) {
  return http_answer(status,
                     "{\"response\":" + std::string(response) + ",\"messages\":[{\"code\":\"" +
                         std::string(code) + "\",\"message\":\"OK\"}]}",
                     "Content-Type: application/json\r\n");
}

std::string page_401() {
  return http_answer(401, "<html><body>401</body></html>", "Content-Type: text/html\r\n");
}

// A gateway that lets one pass in, and takes each session's token for `uses` calls.
struct Gateway {
  explicit Gateway(std::string pass, int uses = 100)
      : good_pass(std::move(pass)), uses_of_a_token(uses) {}

  RawAnswer route(const RawRequest& request) {
    const std::scoped_lock lock(mutex);
    const std::string header = request.header("Authorization");
    if (request.method() == "POST" && request.target().ends_with("/sessions")) {
      passes.push_back(header);
      if (header != good_pass) return {page_401()};
      return {json(R"({"token":"tok)" + std::to_string(passes.size()) + "\"}")};
    }
    if (request.method() == "DELETE") return {json("{}")};
    if (++used[header] > uses_of_a_token) return {page_401()};
    calls.push_back(std::string(request.method()) + " " + header);
    return {json(R"({"dataInfo":{"totalRecordCount":12,"foundCount":12},"modId":"8"})")};
  }

  std::unique_ptr<DataApiSource> source(std::shared_ptr<Authorization> authorization) {
    return *DataApiSource::open({.server = server.url(),
                                 .database = "Clinic",
                                 .layout = "Images",
                                 .authorization = std::move(authorization),
                                 .containers = {"photo"},
                                 .fields = {"id"}},
                                std::make_shared<SystemClock>());
  }

  const std::string good_pass;
  const int uses_of_a_token;
  std::mutex mutex{};
  // All below are guarded by mutex.
  std::vector<std::string> passes{};
  std::vector<std::string> calls{};
  std::map<std::string, int> used{};
  RawServer server{[this](const RawRequest& request) { return route(request); }};
};

TEST(RenewableAuthorization, IsRenewedOnceWhenALoginIsTurnedAway) {
  Gateway gateway("FMID 2");
  const auto source = gateway.source(std::make_shared<NumberedPasses>());
  EXPECT_EQ(source->count({}).value_or(-1), 12);
  EXPECT_THAT(gateway.passes, ElementsAre("FMID 1", "FMID 2"));
}

TEST(RenewableAuthorization, IsNotRenewedForeverWhenTheServerTakesNone) {
  Gateway gateway("FMID 9");
  const auto source = gateway.source(std::make_shared<NumberedPasses>());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source->count({}).error().kind, ErrorKind::denied);
  EXPECT_THAT(gateway.passes, ElementsAre("FMID 1", "FMID 2"));
}

TEST(RenewableAuthorization, LogsInAgainWhenAPageTurnsTheSessionAway) {
  Gateway gateway("FMID 1", 1);
  const auto source = gateway.source(std::make_shared<NumberedPasses>());
  EXPECT_EQ(source->count({}).value_or(-1), 12);
  EXPECT_EQ(source->write(7, {{"a", "b"}}, 1, {}).value_or(-1), 8);
  EXPECT_THAT(gateway.calls, ElementsAre("GET Bearer tok1", "PATCH Bearer tok2"));
}

TEST(RenewableAuthorization, IsNotWhatAPasswordHas) {
  Gateway gateway("FMID 1");
  const auto source = gateway.source(basic_authorization("user", Secret("hunter2")));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source->count({}).error().kind, ErrorKind::denied);
  EXPECT_THAT(gateway.passes, ElementsAre("Basic dXNlcjpodW50ZXIy"));
}

}  // namespace
}  // namespace fmferry
