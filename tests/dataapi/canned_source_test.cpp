// SPDX-License-Identifier: Apache-2.0
#include "net/raw_server.hpp"
#include <fmferry/filemaker/dataapi/data_api_source.hpp>

#include <gmock/gmock.h>

// What a server can be made to answer byte for byte; the simulator's behaviour is tested beside.

namespace fmferry {
namespace {

using namespace std::literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::http_answer;
using testing_support::RawAnswer;
using testing_support::RawRequest;
using testing_support::RawServer;
using Then = RawAnswer::Then;

const std::string k_jpeg = "\xFF\xD8\xFF\xE0 some picture \x01\x02"s;

std::string answer(std::string_view response, int code = 0, int status = 200) {
  return http_answer(status,
                     "{\"response\":" + std::string(response) + ",\"messages\":[{\"code\":\"" +
                         std::to_string(code) + "\",\"message\":\"secret text\"}]}",
                     "Content-Type: application/json\r\n");
}

std::string refusal(int code, int status = 500) {
  return answer("{}", code, status);
}

std::string one_record(std::string_view photo, int mod_id = 3) {
  return answer(R"({"dataInfo":{"foundCount":1},"data":[{"recordId":"7","modId":")" +
                std::to_string(mod_id) + R"(","fieldData":{"id":"A","photo":")" +
                std::string(photo) + R"("}}]})");
}

// Sessions as FileMaker has them; what else it answers is the test's.
class Canned {
 public:
  using Answers = std::function<RawAnswer(const RawRequest&)>;

  explicit Canned(Answers answers)
      : answers_(std::move(answers)), server_([this](const RawRequest& r) { return route(r); }) {}

  [[nodiscard]] std::unique_ptr<DataApiSource> source(
      int max_sessions = 2,
      std::vector<std::string> containers = {"photo"},
      std::vector<std::string> fields = {"id"}) const {
    auto opened =
        DataApiSource::open({.server = server_.url(),
                             .database = "Clinic",
                             .layout = "Images",
                             .authorization = basic_authorization("user", Secret("hunter2")),
                             .containers = std::move(containers),
                             .fields = std::move(fields),
                             .max_sessions = max_sessions,
                             .stall_timeout = 2s,
                             .close_timeout = 1s},
                            std::make_shared<SystemClock>());
    EXPECT_TRUE(opened);
    return opened ? std::move(*opened) : nullptr;
  }

  [[nodiscard]] int logins() const { return logins_; }

  [[nodiscard]] int logouts() const { return logouts_; }

  [[nodiscard]] std::vector<RawRequest> requests(std::string_view part) const {
    std::vector<RawRequest> found;
    for (auto& request : server_.requests()) {
      if (request.target().find(part) != std::string_view::npos) found.push_back(request);
    }
    return found;
  }

 private:
  RawAnswer route(const RawRequest& request) {
    const auto target = request.target();
    if (request.method() == "POST" && target.ends_with("/sessions")) {
      const int number = ++logins_;
      return {answer(R"({"token":"tok)" + std::to_string(number) + "\"}")};
    }
    if (request.method() == "DELETE") {
      ++logouts_;
      return {answer("{}")};
    }
    return answers_(request);
  }

  Answers answers_;
  std::atomic<int> logins_{0};
  std::atomic<int> logouts_{0};
  RawServer server_;
};

struct Fetched {
  std::string bytes{};
  Result<ContainerInfo> info{};
  std::string text{};  // the bytes, or "ERROR kind: text"
};

Fetched fetch(DataApiSource& source, const Record& record) {
  Fetched fetched;
  const ByteSink sink = [&fetched](ByteView bytes) -> Status {
    fetched.bytes.append(bytes);
    return {};
  };
  fetched.info = source.fetch(record, record.containers.at(0), sink, {});
  fetched.text = fetched.info ? fetched.bytes
                              : "ERROR " + std::string(name_of(fetched.info.error().kind)) + ": " +
                                    fetched.info.error().what;
  return fetched;
}

Fetched read_and_fetch(DataApiSource& source) {
  const auto record = source.read(7, {});
  if (!record) return {.text = "ERROR read: " + to_line(record.error())};
  return fetch(source, *record);
}

bool streams(const RawRequest& request) {
  return request.target().starts_with("/Streaming_SSL/");
}

TEST(CannedSource, SendsBearerOnTheFirstHopAndTheCookieOnTheNext) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/MainDB/A.jpg?RCType=E")};
    if (!request.header("Cookie").empty()) return {http_answer(200, k_jpeg)};
    return {
        http_answer(302,
                    "",
                    "Set-Cookie: X-FMS-Session-Key=k1; Path=/Streaming_SSL; HttpOnly\r\n"
                    "Set-Cookie: other=o\r\nLocation: /Streaming_SSL/MainDB/B.jpg?x&Redirect\r\n")};
  });
  const auto source = fm.source();
  EXPECT_EQ(read_and_fetch(*source).text, k_jpeg);
  const auto hops = fm.requests("/Streaming_SSL/");
  ASSERT_EQ(hops.size(), 2U);
  EXPECT_EQ(hops[0].header("Authorization"), "Bearer tok1");
  EXPECT_EQ(hops[1].header("Authorization"), "");
  EXPECT_EQ(hops[1].header("Cookie"), "X-FMS-Session-Key=k1; other=o");
  EXPECT_EQ(hops[1].target(), "/Streaming_SSL/MainDB/B.jpg?x&Redirect");
}

TEST(CannedSource, AsksTheSameAddressAgainWhenTheRedirectNamesNone) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/A")};
    if (!request.header("Cookie").empty()) return {http_answer(200, k_jpeg)};
    return {http_answer(302, "", "Set-Cookie: a=1\r\n")};
  });
  EXPECT_EQ(read_and_fetch(*fm.source()).text, k_jpeg);
}

TEST(CannedSource, TakesACookieThatComesWithoutARedirect) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/A")};
    if (!request.header("Cookie").empty()) return {http_answer(200, k_jpeg)};
    return {http_answer(401, "", "Set-Cookie: a=1\r\n")};
  });
  EXPECT_EQ(read_and_fetch(*fm.source()).text, k_jpeg);
}

TEST(CannedSource, SendsNoCookieBackThatCouldEndItsHeader) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/A")};
    if (!request.header("Cookie").empty()) return {http_answer(200, k_jpeg)};
    return {http_answer(302, "", "Set-Cookie: a=1\rX-More: 2\r\nSet-Cookie: b=3\r\n")};
  });
  EXPECT_EQ(read_and_fetch(*fm.source()).text, k_jpeg);
  EXPECT_EQ(fm.requests("/Streaming_SSL/").at(1).header("Cookie"), "b=3");
}

TEST(CannedSource, FollowsNoRedirectToAStranger) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/A")};
    return {http_answer(302, "", "Set-Cookie: a=1\r\nLocation: https://stranger.example/A\r\n")};
  });
  const auto fetched = read_and_fetch(*fm.source());
  EXPECT_THAT(fetched.text, HasSubstr("ERROR corrupt"));
  EXPECT_THAT(fetched.text, HasSubstr("another server"));
}

TEST(CannedSource, GivesUpARedirectLoop) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (!streams(request)) return {one_record("/Streaming_SSL/A")};
    return {http_answer(302, "", "Set-Cookie: a=1\r\nLocation: /Streaming_SSL/A\r\n")};
  });
  EXPECT_THAT(read_and_fetch(*fm.source()).text, HasSubstr("ERROR corrupt"));
  EXPECT_EQ(fm.requests("/Streaming_SSL/").size(), 15U);  // three addresses, five hops each
}

TEST(CannedSource, ReadsTheRecordAnewAtMostTwiceForAStaleAddress) {
  for (const auto* stale :
       {"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 No\r\nLocation: /Streaming_SSL/A\r\nContent-Length: 0\r\n\r\n"}) {
    const Canned fm([stale](const RawRequest& request) -> RawAnswer {
      return {streams(request) ? std::string(stale) : one_record("/Streaming_SSL/A")};
    });
    const auto fetched = read_and_fetch(*fm.source());
    EXPECT_THAT(fetched.text, HasSubstr("ERROR corrupt: no stream address works"));
    EXPECT_EQ(fm.requests("/records/7").size(), 3U);
    EXPECT_EQ(fm.requests("/Streaming_SSL/").size(), 3U);
  }
}

TEST(CannedSource, TakesTheNewAddressWhenTheFirstWasStale) {
  std::atomic<int> reads{0};
  const Canned fm([&reads](const RawRequest& request) -> RawAnswer {
    if (request.target() == "/Streaming_SSL/2.jpg") return {http_answer(200, k_jpeg)};
    if (streams(request))
      return {http_answer(200, "<html>log in</html>", "Content-Type: text/html\r\n")};
    return {one_record("/Streaming_SSL/" + std::to_string(++reads) + ".jpg")};
  });
  EXPECT_EQ(read_and_fetch(*fm.source()).text, k_jpeg);
}

TEST(CannedSource, SaysThatAContainerIsEmptyOnlyWhenTheServerSaysSo) {
  std::atomic<int> reads{0};
  const Canned fm([&reads](const RawRequest& request) -> RawAnswer {
    if (streams(request)) return {http_answer(404, "")};
    return {one_record(++reads == 1 ? "/Streaming_SSL/A" : "")};
  });
  const auto fetched = read_and_fetch(*fm.source());
  EXPECT_EQ(fetched.text, "ERROR not_found: it is empty now");
}

TEST(CannedSource, ReadsAnewWhenTheAddressesSessionIsGone) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    return {streams(request) ? http_answer(200, k_jpeg) : one_record("/Streaming_SSL/A")};
  });
  const auto source = fm.source();
  auto record = *source->read(7, {});
  record.containers[0].handle = "99 " + record.containers[0].handle.substr(2);
  EXPECT_EQ(fetch(*source, record).text, k_jpeg);
  EXPECT_EQ(fm.requests("/Streaming_SSL/").size(), 1U);
}

TEST(CannedSource, DoesNotReadAnewOnceTheSinkSawBytes) {
  const std::string half =
      "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + k_jpeg + std::string(600, 'x');
  const Canned fm([&half](const RawRequest& request) -> RawAnswer {
    if (streams(request)) return {half, Then::close};
    return {one_record("/Streaming_SSL/A")};
  });
  EXPECT_THAT(read_and_fetch(*fm.source()).text, HasSubstr("ERROR corrupt"));
  EXPECT_EQ(fm.requests("/Streaming_SSL/").size(), 1U);
}

TEST(CannedSource, CallsAProxysPageInPlaceOfAStreamUnavailable) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (streams(request)) return {http_answer(502, "<html>Bad Gateway</html>")};
    return {one_record("/Streaming_SSL/A")};
  });
  EXPECT_THAT(read_and_fetch(*fm.source()).text, HasSubstr("ERROR unavailable"));
  EXPECT_EQ(fm.requests("/Streaming_SSL/").size(), 1U);
}

TEST(CannedSource, PassesAnEmptyFileOn) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    return {streams(request) ? http_answer(200, "") : one_record("/Streaming_SSL/A")};
  });
  const auto fetched = read_and_fetch(*fm.source());
  ASSERT_TRUE(fetched.info) << fetched.text;
  EXPECT_EQ(fetched.info->length, 0);
}

TEST(CannedSource, RepeatsACallOnceWithANewSession) {
  for (const int code : {952, 112}) {
    std::atomic<int> asked{0};
    const Canned fm([&asked, code](const RawRequest&) -> RawAnswer {
      return {++asked == 1 ? refusal(code, 401) : one_record("")};
    });
    const auto source = fm.source();
    EXPECT_TRUE(source->read(7, {}));
    EXPECT_EQ(fm.logins(), 2);
    EXPECT_EQ(fm.requests("/records/7").at(1).header("Authorization"), "Bearer tok2");
  }
}

TEST(CannedSource, DoesNotLogInForever) {
  const Canned fm([](const RawRequest&) -> RawAnswer { return {refusal(952, 401)}; });
  const auto source = fm.source();
  EXPECT_EQ(source->read(7, {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(fm.logins(), 2);
}

TEST(CannedSource, CountsNothingOnlyWhenTheServerSaysSo) {
  const auto count_with = [](const std::string& bytes) {
    const Canned fm([&bytes](const RawRequest&) -> RawAnswer { return {bytes}; });
    const auto count = fm.source()->count({});
    return count ? std::to_string(*count) : std::string(name_of(count.error().kind));
  };
  EXPECT_EQ(count_with(refusal(101)), "0");
  EXPECT_EQ(count_with(refusal(401)), "0");
  EXPECT_EQ(count_with(refusal(105)), "invalid");
  EXPECT_EQ(count_with(refusal(953)), "budget");
  EXPECT_EQ(count_with(http_answer(502, "<html>")), "unavailable");
  EXPECT_EQ(count_with(http_answer(404, "<html>")), "corrupt");
  EXPECT_EQ(count_with(http_answer(200, "<html>")), "corrupt");
  EXPECT_EQ(count_with(answer("{}")), "corrupt");
  EXPECT_EQ(count_with(answer(R"({"dataInfo":{"totalRecordCount":"12"}})")), "12");
}

TEST(CannedSource, BelievesInAnEmptyPageOnlyWhenTheCountAgrees) {
  const auto page_with = [](std::string_view found) {
    const Canned fm([found](const RawRequest& request) -> RawAnswer {
      if (request.target().find("_offset=11&") != std::string_view::npos) return {refusal(101)};
      return {answer(R"({"dataInfo":{"foundCount":)" + std::string(found) + "}}")};
    });
    const auto page = fm.source()->page(11, 5, {});
    return page ? "records " + std::to_string(page->records.size()) + " of " +
                      std::to_string(page->found_count)
                : std::string(name_of(page.error().kind));
  };
  EXPECT_EQ(page_with("10"), "records 0 of 10");
  EXPECT_EQ(page_with("11"), "corrupt");
}

TEST(CannedSource, IsInDoubtWhenTheReplyToAWriteIsLost) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (request.method() == "PATCH") return {"", Then::close};
    return {one_record("")};
  });
  const auto source = fm.source();
  ASSERT_TRUE(source->read(7, {}));  // the connection is warm now
  EXPECT_EQ(source->write(7, {{"id", "x"}}, 3, {}).error().kind, ErrorKind::in_doubt);
  const auto writes = fm.requests("/records/7");
  EXPECT_EQ(writes.size(), 2U);
  EXPECT_EQ(writes.back().body, R"({"fieldData":{"id":"x"},"modId":"3"})");
  EXPECT_EQ(writes.back().header("Content-Type"), "application/json");
}

TEST(CannedSource, IsInDoubtWhenSomethingElseAnswersAWrite) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    return {request.method() == "PATCH" ? http_answer(200, "<html>sign in</html>")
                                        : one_record("")};
  });
  EXPECT_EQ(fm.source()->write(7, {{"id", "x"}}, 3, {}).error().kind, ErrorKind::in_doubt);
}

TEST(CannedSource, NamesTheFieldButNotTheValueOfARefusedWrite) {
  for (const int code : {102, 200, 201, 500, 509, 511}) {
    const Canned fm([code](const RawRequest&) -> RawAnswer { return {refusal(code)}; });
    const auto written = fm.source()->write(7, {{"exported", "1/1/1970"}}, {}, {});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::invalid) << code;
    EXPECT_EQ(written.error().origin_code, code);
    EXPECT_THAT(to_line(written.error()), HasSubstr("exported"));
    EXPECT_THAT(to_line(written.error()), Not(HasSubstr("1970")));
    EXPECT_THAT(to_line(written.error()), Not(HasSubstr("secret text")));
  }
}

TEST(CannedSource, TellsALockFromAChange) {
  for (const int code : {301, 306}) {
    const Canned fm([code](const RawRequest&) -> RawAnswer { return {refusal(code)}; });
    const auto error = fm.source()->write(7, {{"a", "b"}}, 1, {}).error();
    EXPECT_EQ(error.kind, ErrorKind::conflict);
    EXPECT_EQ(error.origin_code, code);
  }
}

TEST(CannedSource, NeverTriesARefusedAccountAgain) {
  std::atomic<int> logins{0};
  RawServer server([&logins](const RawRequest&) -> RawAnswer {
    ++logins;
    return {refusal(212, 401)};
  });
  auto source =
      *DataApiSource::open({.server = server.url(),
                            .database = "Clinic",
                            .layout = "Images",
                            .authorization = basic_authorization("user", Secret("hunter2")),
                            .containers = {"photo"},
                            .fields = {"id"}},
                           std::make_shared<SystemClock>());
  for (int i = 0; i < 3; ++i) {
    const auto status = source->check({});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::denied);
    EXPECT_THAT(to_line(status.error()), Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(logins, 1);
}

TEST(CannedSource, LogsOutOnceAndForAll) {
  const Canned fm([](const RawRequest&) -> RawAnswer { return {one_record("")}; });
  const auto source = fm.source();
  ASSERT_TRUE(source->read(7, {}));
  source->close();
  source->close();
  EXPECT_EQ(fm.logouts(), 1);
  EXPECT_EQ(source->read(7, {}).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(fm.logins(), 1);
}

TEST(CannedSource, LogsOutAfterTheStop) {
  const Canned fm([](const RawRequest&) -> RawAnswer { return {"", Then::hang}; });
  const auto source = fm.source();
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  EXPECT_EQ(source->read(7, {.stop = stop.get_token()}).error().kind, ErrorKind::cancelled);
  source->close();
  EXPECT_EQ(fm.logouts(), 1);
}

TEST(CannedSource, HasANameWithoutCredentialsOrPort) {
  const Canned fm([](const RawRequest&) -> RawAnswer { return {one_record("")}; });
  EXPECT_EQ(fm.source()->identity(), "filemaker://127.0.0.1/Clinic/Images");
}

TEST(CannedSource, ReadsFieldsFromTheLayoutWhenNoneAreNamed) {
  const Canned fm([](const RawRequest& request) -> RawAnswer {
    if (request.target().ends_with("/layouts/Images")) {
      return {answer(R"({"fieldMetaData":[{"name":"id","result":"text"},
                        {"name":"photo","result":"container","repetitionEnd":1}]})")};
    }
    return {one_record("?")};
  });
  const auto source = fm.source(2, {}, {});
  for (int i = 0; i < 2; ++i) {
    const auto record = source->read(7, {});
    ASSERT_TRUE(record);
    EXPECT_EQ(record->field("id"), "A");
    EXPECT_EQ(record->containers.at(0).state, ContainerState::unreachable);
  }
  EXPECT_EQ(fm.requests("/layouts/Images").size(), 3U);  // asked for its fields once
}

}  // namespace
}  // namespace fmferry
