// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/message.hpp>
#include <fmsim/sessions.hpp>
#include <fmsim/simulator.hpp>
#include <fmsim/tickets.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fmsim {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

std::string header(const Reply& reply, const std::string& name) {
  for (const auto& [each, value] : reply.headers) {
    if (each == name) return value;
  }
  return {};
}

// ---- bodies and tags known from recordings of the wire

struct KnownBody {
  std::string body;
  std::string tag;
};

class EntityTag : public testing::TestWithParam<KnownBody> {};

TEST_P(EntityTag, IsTheServersFormula) {
  EXPECT_EQ(entity_tag(GetParam().body), GetParam().tag);
}

INSTANTIATE_TEST_SUITE_P(
    Known,
    EntityTag,
    testing::Values(
        KnownBody{R"({"response":{},"messages":[{"code":"0","message":"OK"}]})",
                  "W/\"38-Da03ciR66+XAys+OaM29kKe8clo\""},
        KnownBody{
            R"({"response":{"isSessionInUse":true},"messages":[{"code":"0","message":"OK"}]})",
            "W/\"4d-HyF3RwCXV1+to0Kitn7g+xx8rQU\""},
        KnownBody{R"({"response":{"modId":"5"},"messages":[{"code":"0","message":"OK"}]})",
                  "W/\"43-uBKdYXtGl9tGPR7hVpl2TvCDBYU\""}),
    [](const testing::TestParamInfo<KnownBody>& each) {
      return "body_" + std::to_string(each.index);
    });

struct KnownError {
  int code;
  int http;
  std::string tag;
};

class ErrorBody : public testing::TestWithParam<KnownError> {};

TEST_P(ErrorBody, HasTheRecordedBytesAndStatus) {
  const Reply reply = refuse(GetParam().code);
  EXPECT_EQ(reply.status, GetParam().http);
  EXPECT_EQ(header(reply, "ETag"), GetParam().tag) << reply.body;
}

INSTANTIATE_TEST_SUITE_P(
    Known,
    ErrorBody,
    testing::Values(KnownError{101, 500, "W/\"49-MfD9zjIhqBWsvURu7hiWk1aZ988\""},
                    KnownError{212, 401, "W/\"6e-+Mu/Wm302k5INJ/ZvUF+WcCf6mA\""},
                    KnownError{301, 500, "W/\"58-Rlk+u59PUfGqlpm7PztN4bjMqxg\""},
                    KnownError{306, 500, "W/\"5d-YUzJdT5Wiw34hDgn8+pEaX9pnFs\""},
                    KnownError{401, 500, "W/\"54-vXDQc5RfB7HkOR7cwVvX2l/RQF0\""},
                    KnownError{500, 500, "W/\"69-Py6MovUs7+UaysOM8FaTObt48Bk\""},
                    KnownError{952, 401, "W/\"5c-mpkaFXIhDrAh10KWhW1dcS8hh8c\""}),
    [](const testing::TestParamInfo<KnownError>& each) {
      return "code_" + std::to_string(each.param.code);
    });

// ---- sessions

TEST(SessionsTest, UseKeepsASessionAliveAndIdlenessEndsIt) {
  Sessions sessions({seconds(900), 50});
  const Sessions::Time start{seconds(10)};
  const auto token = sessions.open("Clinic", start);
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->size(), 52U);
  EXPECT_TRUE(sessions.use(*token, "Clinic", start + seconds(800)));
  EXPECT_TRUE(sessions.use(*token, "Clinic", start + seconds(1600)));
  EXPECT_FALSE(sessions.use(*token, "Clinic", start + seconds(2500)));
}

TEST(SessionsTest, ATokenIsBoundToTheDatabasesSpelling) {
  Sessions sessions({seconds(900), 50});
  const auto token = sessions.open("Clinic", {});
  EXPECT_FALSE(sessions.use(*token, "clinic", {}));
  EXPECT_TRUE(sessions.use(*token, "", {}));
}

TEST(SessionsTest, ExpiredSessionsMakeRoom) {
  Sessions sessions({seconds(900), 1});
  const Sessions::Time start{seconds(10)};
  EXPECT_TRUE(sessions.open("Clinic", start).has_value());
  EXPECT_FALSE(sessions.open("Clinic", start + seconds(1)).has_value());
  EXPECT_TRUE(sessions.open("Clinic", start + seconds(901)).has_value());
  EXPECT_EQ(sessions.counts(start + seconds(901)).opened, 2U);
}

TEST(SessionsTest, ComeToAnEndThatWasSetHoweverBusy) {
  Sessions sessions({seconds(900), 1});
  const Sessions::Time start{seconds(10)};
  const auto token = sessions.open("Clinic", start, start + seconds(60));
  EXPECT_TRUE(sessions.use(*token, "Clinic", start + seconds(59)));
  EXPECT_FALSE(sessions.has_ended(*token, start + seconds(59)));
  EXPECT_FALSE(sessions.use(*token, "Clinic", start + seconds(60)));
  EXPECT_TRUE(sessions.open("Clinic", start + seconds(61)).has_value());
  EXPECT_TRUE(sessions.has_ended(*token, start + seconds(61)));
}

TEST(TicketsTest, OnlyOwnNamesAndCookiesAreKnown) {
  TicketOffice office;
  const std::string name = office.name_for({42, 3, 7, 1000});
  EXPECT_EQ(name.size(), 64U);
  EXPECT_NE(name, office.name_for({42, 3, 7, 1000}));
  const auto ticket = office.read(name);
  ASSERT_TRUE(ticket.has_value());
  EXPECT_EQ(ticket->slot, 42U);
  EXPECT_EQ(ticket->container, 3U);
  EXPECT_EQ(ticket->session, 7U);
  EXPECT_EQ(ticket->minted, 1000U);
  const std::string cookie = office.cookie_for(name);
  EXPECT_TRUE(office.is_cookie_for(cookie, name));
  EXPECT_FALSE(office.is_cookie_for(cookie, office.name_for({42, 3, 7, 1000})));
  std::string other = name;
  other[0] = other[0] == 'A' ? 'B' : 'A';
  EXPECT_EQ(office.read(other), std::nullopt);
  office.forget_all();
  EXPECT_EQ(office.read(name), std::nullopt);
}

// ---- the whole engine, without sockets

class EngineTest : public testing::Test {
 protected:
  EngineTest() { log_in(); }

  void log_in() {
    Call call = request("POST", "/databases/Clinic/sessions", "{}");
    call.authorization = "Basic " + base64("api:made-up-only");
    const Reply reply = simulator_.answer(call);
    EXPECT_EQ(reply.body.size(), 118U);
    token_ = header(reply, "X-FM-Data-Access-Token");
  }

  [[nodiscard]] Call request(const std::string& method,
                             const std::string& path,
                             const std::string& body = "") const {
    Call call;
    call.method = method;
    call.target = path.starts_with("/_sim") || path.starts_with("/Streaming")
                      ? path
                      : "/fmi/data/vLatest" + path;
    call.host = "sim.test";
    call.content_type = body.empty() ? "" : "application/json";
    call.body = body;
    call.authorization = "Bearer " + token_;
    return call;
  }

  Reply ask(const std::string& method, const std::string& path, const std::string& body = "") {
    return simulator_.answer(request(method, path, body));
  }

  Reply on_images(const std::string& method,
                  const std::string& path,
                  const std::string& body = "") {
    return ask(method, "/databases/Clinic/layouts/API_Images" + path, body);
  }

  static std::string code(const Reply& reply) {
    return nlohmann::json::parse(reply.body)["messages"][0]["code"].get<std::string>();
  }

  nlohmann::json first_fields(const std::string& query = "") {
    return nlohmann::json::parse(
        on_images("GET", "/records/101" + query).body)["response"]["data"][0]["fieldData"];
  }

  std::string url() {
    const std::string all = first_fields()["image_Full"].get<std::string>();
    return all.substr(std::string("https://sim.test").size());
  }

  Pool pool_ = Pool::made();
  Clinic clinic_{1, 300, pool_};
  Journal journal_;
  ServerSettings settings_;
  Simulator simulator_{settings_, clinic_, journal_};
  std::string token_;
};

TEST_F(EngineTest, APageHasTheRecordedShape) {
  const Reply reply = on_images("GET", "/records?_limit=1&portal=[]");
  EXPECT_THAT(
      reply.body,
      StartsWith(R"({"response":{"dataInfo":{"database":"Clinic","layout":"API_Images","table":)"
                 R"("API_Images","totalRecordCount":300,"foundCount":300,"returnedCount":1},)"
                 R"("data":[{"fieldData":{"id":")"));
  EXPECT_THAT(reply.body, HasSubstr(R"(},"portalData":{},"recordId":"101","modId":")"));
  EXPECT_THAT(reply.body,
              HasSubstr(R"("portalDataInfo":[]}]},"messages":[{"code":"0","message":"OK"}]})"));
}

TEST_F(EngineTest, ReadsAreLimitedTo100ByDefault) {
  const auto json = nlohmann::json::parse(on_images("GET", "/records").body);
  EXPECT_EQ(json["response"]["data"].size(), 100U);
}

TEST_F(EngineTest, OffsetPastTheEndIs101In500) {
  const Reply reply = on_images("GET", "/records?_offset=301");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(code(reply), "101");
}

TEST_F(EngineTest, UnknownParametersAre960In400) {
  const Reply reply = on_images("GET", "/records?limit=5");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(code(reply), "960");
  EXPECT_THAT(reply.body, HasSubstr("Unknown parameter(s): limit"));
}

TEST_F(EngineTest, RefusesWhatTheEngineRefuses) {
  EXPECT_EQ(code(ask("GET", "/databases/Clinic/layouts/Nowhere/records")), "105");
  EXPECT_EQ(code(on_images("POST", "/_find", R"({"query":[{"nothing":"x"}]})")), "102");
  EXPECT_EQ(code(on_images("POST", "/_find", R"({"query":[{"id":""}]})")), "400");
  EXPECT_EQ(code(on_images("POST", "/_find", R"({"query":[{"category":"==None such"}]})")), "401");
  EXPECT_EQ(code(on_images("GET", "/script/Nothing")), "104");
  EXPECT_EQ(code(ask("GET", "/databases/clinic/layouts")), "952");
  EXPECT_EQ(on_images("PUT", "/records").status, 405);
  EXPECT_EQ(ask("GET", "/nowhere").status, 404);
  EXPECT_EQ(ask("GET", "/databases/Clinic/layouts/A%2FB/records").content_type, "text/html");
}

TEST_F(EngineTest, FindsWithAndOrAndOmit) {
  const auto found = [&](const std::string& query) {
    return nlohmann::json::parse(
               on_images("POST", "/_find", query).body)["response"]["dataInfo"]["foundCount"]
        .get<int>();
  };
  const int before = found(R"({"query":[{"category":"==Before"}]})");
  const int scans = found(R"({"query":[{"category":"==Scan"}]})");
  EXPECT_EQ(found(R"({"query":[{"category":"==Before"},{"category":"==Scan"}]})"), before + scans);
  EXPECT_EQ(found(R"({"query":[{"category":"==Scan","omit":"true"}],"limit":"1"})"), 300 - scans);
  EXPECT_EQ(found(R"({"query":[{"category":"*"},{"category":"==Scan","omit":"true"}]})"),
            300 - scans);
  EXPECT_EQ(found(R"({"query":[{"id":"!"}]})"), 2);
  EXPECT_EQ(found(R"({"query":[{"id":"*","NexusExportDate":"="}]})"), 299);
}

TEST_F(EngineTest, AnEditCountsModIdAndKeepsTheRest) {
  const auto before = first_fields();
  const Reply reply = on_images(
      "PATCH",
      "/records/101",
      R"({"fieldData":{"best_image_container":"image_Full","NexusExportDate":"03/05/2025 09:03:07"}})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(first_fields()["NexusExportDate"], "03/05/2025 09:03:07");
  EXPECT_EQ(first_fields("?dateformats=2")["NexusExportDate"], "2025-03-05T09:03:07");
  EXPECT_EQ(first_fields()["id"], before["id"]);
}

TEST_F(EngineTest, EditsAreRefusedLikeTheEngineDoes) {
  EXPECT_EQ(
      code(on_images(
          "PATCH", "/records/101", R"({"fieldData":{"NexusExportDate":"2025-03-05T09:03:07"}})")),
      "500");
  EXPECT_EQ(code(on_images("PATCH", "/records/101", R"({"fieldData":{"modified_by":"me"}})")),
            "201");
  EXPECT_EQ(
      code(on_images("PATCH", "/records/101", R"({"fieldData":{"category":"x"},"modId":"99"})")),
      "306");
  EXPECT_EQ(code(on_images("PATCH", "/records/100", R"({"fieldData":{"category":"x"}})")), "101");
  EXPECT_EQ(code(on_images("PATCH", "/records/101", R"({"fieldData":{"nothing":"x"}})")), "102");
  ask("POST", "/_sim/lock?recordId=101&on=1");
  EXPECT_EQ(code(on_images("PATCH", "/records/101", R"({"fieldData":{"category":"x"}})")), "301");
  ask("POST", "/_sim/lock?recordId=101&on=0");
  EXPECT_EQ(code(on_images("PATCH", "/records/101", R"({"fieldData":{"category":"x"}})")), "0");
}

TEST_F(EngineTest, DeletedRecordsShiftThePages) {
  ask("POST", "/_sim/delete?recordId=101");
  const auto json = nlohmann::json::parse(on_images("GET", "/records?_limit=1").body);
  EXPECT_EQ(json["response"]["dataInfo"]["foundCount"], 299);
  EXPECT_NE(json["response"]["data"][0]["recordId"], "101");
  EXPECT_EQ(code(on_images("GET", "/records/101")), "101");
}

TEST_F(EngineTest, ScriptsRunAloneAndAroundARequest) {
  EXPECT_EQ(
      on_images("GET", "/script/Ping?script.param=a%20b").body,
      R"({"response":{"scriptResult":"a b","scriptError":"0"},"messages":[{"code":"0","message":"OK"}]})");
  EXPECT_THAT(on_images("GET", "/script/Stamp%20batch?script.param=[101]").body,
              HasSubstr(R"("scriptResult":"{\"done\":1,\"failed\":0}")"));
  EXPECT_THAT(on_images("GET", "/records?_limit=1&script=Ping&script.param=x").body,
              StartsWith(R"({"response":{"scriptResult":"x","scriptError":"0","dataInfo")"));
}

TEST_F(EngineTest, ADownloadNeedsItsOwnCookie) {
  const std::string one = url();
  const Reply hop = ask("GET", one);
  EXPECT_EQ(hop.status, 302);
  EXPECT_EQ(header(hop, "Location"), one);
  EXPECT_THAT(header(hop, "Set-Cookie"),
              testing::EndsWith("; Path=/Streaming_SSL; Secure; HttpOnly"));
  Call second = request("GET", one);
  second.cookie = header(hop, "Set-Cookie").substr(0, 50);
  const Reply bytes = simulator_.answer(second);
  ASSERT_EQ(bytes.status, 200);
  EXPECT_EQ(bytes.picture->sha256(), clinic_.picture(0, 0).sha256());
  second.target = url();
  EXPECT_EQ(simulator_.answer(second).status, 401);
}

TEST_F(EngineTest, AStaleUrlRedirectsWithoutACookie) {
  const std::string one = url();
  ask("DELETE", "/databases/Clinic/sessions/" + token_);
  const Reply hop = ask("GET", one);
  EXPECT_EQ(hop.status, 302);
  EXPECT_EQ(header(hop, "Set-Cookie"), "");
  Call bare = request("GET", one);
  bare.authorization.clear();
  EXPECT_EQ(simulator_.answer(bare).status, 401);
}

TEST_F(EngineTest, ACrashForgetsSessionsAndAnswers502) {
  ask("POST", "/_sim/down?seconds=60");
  const Reply reply = on_images("GET", "/records");
  EXPECT_EQ(reply.status, 502);
  EXPECT_EQ(reply.body,
            "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad "
            "Gateway</h1></body></html>");
  ask("POST", "/_sim/down?seconds=0");
  EXPECT_EQ(code(on_images("GET", "/records")), "952");
}

TEST_F(EngineTest, UploadsReplaceAContainer) {
  Call call =
      request("POST", "/databases/Clinic/layouts/API_Images/records/101/containers/image_Full/1");
  call.content_type = "multipart/form-data; boundary=x";
  call.files["upload"] = {"a.png", "image/png", "bytes"};
  EXPECT_EQ(code(simulator_.answer(call)), "0");
  EXPECT_THAT(url(), HasSubstr(".png?RCType="));
}

TEST_F(EngineTest, DuplicateIdsCanBeFaked) {
  Call script = request("POST", "/_sim/faults", "records duplicate ids");
  EXPECT_EQ(simulator_.answer(script).status, 200);
  const auto rows =
      nlohmann::json::parse(on_images("GET", "/records?_limit=3").body)["response"]["data"];
  EXPECT_EQ(rows[0]["fieldData"]["id"], rows[2]["fieldData"]["id"]);
  script.body = "nonsense";
  EXPECT_EQ(simulator_.answer(script).status, 400);
}

}  // namespace
}  // namespace fmsim
