// SPDX-License-Identifier: Apache-2.0
#include "net/raw_server.hpp"
#include <fmferry/net/http.hpp>

#include <gtest/gtest.h>

namespace fmferry {
namespace {

using testing_support::http_answer;
using testing_support::RawAnswer;
using testing_support::RawRequest;
using testing_support::RawServer;
using Then = RawAnswer::Then;
using namespace std::chrono_literals;

// "200 body" or "ERROR kind".
std::string outcome(const Result<HttpResponse>& response) {
  if (!response) return "ERROR " + std::string(name_of(response.error().kind));
  return std::to_string(response->status) + " " + response->body;
}

RawServer::Handler always(std::string bytes, Then then = Then::keep) {
  return [bytes = std::move(bytes), then](const RawRequest&) { return RawAnswer{bytes, then}; };
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

TEST(HttpClient, GivesStatusHeadersAndBody) {
  RawServer server(
      always(http_answer(404, "no", "X-Kind: one\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n")));
  const HttpClient http({});
  const auto response = http.send({.url = server.url() + "/x"}, {});
  ASSERT_EQ(outcome(response), "404 no");
  EXPECT_EQ(response->header("x-kind"), "one");
  EXPECT_EQ(response->all_headers("Set-Cookie").size(), 2U);
}

TEST(HttpClient, SendsPathAndHeadersAsTheyAre) {
  RawServer server(always(http_answer(200, "")));
  const HttpClient http({});
  ASSERT_TRUE(http.send({.url = server.url() + "/a/../b%20c?d=%5B%5D",
                         .headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}}},
                        {}));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target(), "/a/../b%20c?d=%5B%5D");
  EXPECT_EQ(request.header("Authorization"), "Bearer t");
  EXPECT_EQ(request.header("Content-Type"), "");
  EXPECT_EQ(request.header("Expect"), "");
}

TEST(HttpClient, ReusesItsConnection) {
  RawServer server(always(http_answer(200, "x")));
  const HttpClient http({});
  for (int i = 0; i < 3; ++i) ASSERT_EQ(outcome(http.send({.url = server.url()}, {})), "200 x");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, FollowsNoRedirect) {
  RawServer server(always(http_answer(302, "", "Location: /elsewhere\r\n")));
  const HttpClient http({});
  EXPECT_EQ(outcome(http.send({.url = server.url()}, {})), "302 ");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, AsksForTheHeadAlone) {
  RawServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"));
  const HttpClient http({});
  const auto response = http.send({.method = "HEAD", .url = server.url()}, {});
  ASSERT_EQ(outcome(response), "200 ");
  EXPECT_EQ(response->header("Content-Length"), "5000");
}

TEST(HttpClient, PutsAnEmptyBodyWithItsLength) {
  RawServer server(always(http_answer(200, "")));
  const HttpClient http({});
  ASSERT_TRUE(http.send({.method = "PUT", .url = server.url(), .has_body = true}, {}));
  EXPECT_EQ(server.requests().at(0).header("Content-Length"), "0");
}

TEST(HttpClient, SendsALargeBodyWhole) {
  RawServer server(always(http_answer(200, "")));
  const HttpClient http({});
  const std::string body(3U << 20U, 'b');
  ASSERT_TRUE(http.send({.method = "PUT", .url = server.url(), .body = body}, {}));
  EXPECT_EQ(server.requests().at(0).body, body);
}

TEST(HttpClient, StreamsGoodBodiesToTheSinkAndKeepsBadOnes) {
  std::string sunk;
  const ByteSink sink = [&sunk](ByteView bytes) -> Status {
    sunk.append(bytes);
    return {};
  };
  RawServer server([](const RawRequest& request) {
    return RawAnswer{http_answer(request.target() == "/good" ? 200 : 500, "text")};
  });
  const HttpClient http({});
  EXPECT_EQ(outcome(http.send({.url = server.url() + "/good", .sink = sink}, {})), "200 ");
  EXPECT_EQ(outcome(http.send({.url = server.url() + "/bad", .sink = sink}, {})), "500 text");
  EXPECT_EQ(sunk, "text");
}

TEST(HttpClient, ShowsTheHeadBeforeTheFirstByte) {
  RawServer server(always(http_answer(200, "body", "Content-Type: image/png\r\n")));
  std::string order;
  const HttpRequest request{.url = server.url(),
                            .sink = [&order](ByteView bytes) -> Status {
                              order.append(bytes);
                              return {};
                            },
                            .on_head = [&order](const HttpResponse& head) -> Status {
                              order += std::string(head.header("content-type")) + " ";
                              return {};
                            }};
  ASSERT_TRUE(HttpClient({}).send(request, {}));
  EXPECT_EQ(order, "image/png body");
}

TEST(HttpClient, EndsTheTransferBeforeTheFirstByteWhenTheHeadIsRefused) {
  RawServer server(always(http_answer(200, "text")));
  bool sunk = false;
  const HttpRequest request{.url = server.url(),
                            .sink = [&sunk](ByteView) -> Status {
                              sunk = true;
                              return {};
                            },
                            .on_head = [](const HttpResponse&) -> Status {
                              return fail(ErrorKind::corrupt, "not what I asked for");
                            }};
  EXPECT_EQ(outcome(HttpClient({}).send(request, {})), "ERROR corrupt");
  EXPECT_FALSE(sunk);
}

TEST(HttpClient, EndsTheTransferWithTheSinksOwnError) {
  RawServer server(always(http_answer(200, "text")));
  const ByteSink full = [](ByteView) -> Status { return fail(ErrorKind::internal, "disk full"); };
  const auto response = HttpClient({}).send({.url = server.url(), .sink = full}, {});
  ASSERT_EQ(outcome(response), "ERROR internal");
  EXPECT_EQ(response.error().what, "disk full");
}

TEST(HttpClient, CallsABodyCutShortCorrupt) {
  RawServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Then::close));
  EXPECT_EQ(outcome(HttpClient({}).send({.url = server.url()}, {})), "ERROR corrupt");
}

TEST(HttpClient, CallsAChunkedBodyCutShortCorrupt) {
  RawServer server(
      always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", Then::close));
  EXPECT_EQ(outcome(HttpClient({}).send({.url = server.url()}, {})), "ERROR corrupt");
}

TEST(HttpClient, CallsABrokenConnectionUnavailable) {
  RawServer server(always("", Then::reset));
  EXPECT_EQ(outcome(HttpClient({}).send({.url = server.url()}, {})), "ERROR unavailable");
}

TEST(HttpClient, CallsAClosedPortUnavailable) {
  std::string url;
  { url = RawServer(always("")).url(); }
  EXPECT_EQ(outcome(HttpClient({}).send({.method = "PATCH", .url = url, .body = "{}"}, {})),
            "ERROR unavailable");
}

TEST(HttpClient, GivesUpATransferThatStalls) {
  RawServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Then::hang));
  const HttpClient http({.stall_timeout = 1s});
  EXPECT_EQ(outcome(http.send({.url = server.url()}, {})), "ERROR timeout");
}

TEST(HttpClient, HoldsTheCallersDeadline) {
  RawServer server(always("", Then::hang));
  const auto start = std::chrono::steady_clock::now();
  const CallContext context{.deadline = start + 200ms};
  EXPECT_EQ(outcome(HttpClient({}).send({.url = server.url()}, context)), "ERROR timeout");
  EXPECT_LT(since(start), 2s);
  EXPECT_EQ(outcome(HttpClient({}).send({.url = server.url()}, context)), "ERROR timeout");
}

TEST(HttpClient, StopsAHangingTransferSoon) {
  RawServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Then::hang));
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(200ms);
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto response = HttpClient({}).send({.url = server.url()}, {.stop = stop.get_token()});
  EXPECT_EQ(outcome(response), "ERROR cancelled");
  EXPECT_LT(since(start), 1500ms);
}

TEST(HttpClient, IsInDoubtWhenTheAnswerToAWriteIsLost) {
  RawServer server(always("", Then::close));
  const HttpRequest patch{.method = "PATCH", .url = server.url(), .body = "{}"};
  EXPECT_EQ(outcome(HttpClient({}).send(patch, {})), "ERROR in_doubt");
}

TEST(HttpClient, IsInDoubtWhenAWriteTimesOut) {
  RawServer server(always("", Then::hang));
  const HttpRequest patch{.method = "PATCH", .url = server.url(), .body = "{}"};
  EXPECT_EQ(outcome(HttpClient({.stall_timeout = 1s}).send(patch, {})), "ERROR in_doubt");
}

TEST(HttpClient, NeverSendsAWriteTwiceWhenAReusedConnectionBreaks) {
  RawServer server([](const RawRequest& request) {
    return request.method() == "PATCH" ? RawAnswer{"", Then::close}
                                       : RawAnswer{http_answer(200, "warm")};
  });
  const HttpClient http({});
  ASSERT_EQ(outcome(http.send({.url = server.url()}, {})), "200 warm");
  const HttpRequest patch{.method = "PATCH", .url = server.url(), .body = "{}"};
  EXPECT_EQ(outcome(http.send(patch, {})), "ERROR in_doubt");
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(HttpClient, ReplacesAnIdleConnectionThatTheServerClosed) {
  RawServer server(always(http_answer(200, "x"), Then::close));
  const HttpClient http({});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(http.send({.url = server.url()}, {})), "200 x");
}

TEST(HttpClient, RefusesAnAnswerThatIsTooLargeToHold) {
  RawServer server(always(http_answer(200, std::string(4096, 'x'))));
  EXPECT_EQ(outcome(HttpClient({.max_buffered = 1024}).send({.url = server.url()}, {})),
            "ERROR corrupt");
}

TEST(HttpClient, ServesSeveralThreadsAtOnce) {
  RawServer server(
      [](const RawRequest& request) { return RawAnswer{http_answer(200, request.target())}; });
  const HttpClient http({});
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
          if (outcome(http.send({.url = server.url() + path}, {})) == "200 " + path) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 100);
  EXPECT_LE(server.connections(), 4);
}

}  // namespace
}  // namespace fmferry
