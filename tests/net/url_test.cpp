// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/http.hpp>

#include <gtest/gtest.h>

namespace fmferry {
namespace {

std::string read(std::string_view text) {
  const auto url = parse_url(text);
  return url ? url->origin() + " " + url->target : "none";
}

std::string resolve(std::string_view base, std::string_view reference) {
  const auto url = resolve_url(*parse_url(base), reference);
  return url ? url->origin() + url->target : "none";
}

TEST(ParseUrl, LeavesTheUsualPortOutOfTheOrigin) {
  EXPECT_EQ(read("https://fm.example:443/a"), "https://fm.example /a");
  EXPECT_EQ(read("http://fm.example:80"), "http://fm.example /");
  EXPECT_EQ(read("https://fm.example:8443/"), "https://fm.example:8443 /");
}

TEST(ParseUrl, LowersSchemeAndHostButNotThePath) {
  EXPECT_EQ(read("HTTPS://FM.Example/Streaming_SSL/A.JPG?Q=R"),
            "https://fm.example /Streaming_SSL/A.JPG?Q=R");
}

TEST(ParseUrl, DropsTheFragmentAndKeepsAQueryWithoutPath) {
  EXPECT_EQ(read("https://h?a=b#c"), "https://h /?a=b");
}

TEST(ParseUrl, ReadsAnIpv6Host) {
  EXPECT_EQ(read("http://[::1]:81/x"), "http://[::1]:81 /x");
  EXPECT_EQ(read("http://[::1]/x"), "http://[::1] /x");
}

TEST(ParseUrl, RefusesWhatIsNoHttpUrl) {
  for (const auto* text : {"",
                           "fm.example",
                           "ftp://h/",
                           "https://",
                           "https:///path",
                           "https://user@h/",
                           "https://h:0/",
                           "https://h:70000/",
                           "https://h:x/",
                           "https://h::80/",
                           "https://[:18]::80/",
                           "https://[::1/",
                           "https://[h]/",
                           "https://a b/",
                           "https://a\\b/",
                           "https://a%2Fb/"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(Url, KnowsLoopbackFromNamesThatLookLikeIt) {
  for (const auto* text :
       {"http://localhost", "http://127.0.0.1:9", "http://[::1]/", "http://a.localhost/"}) {
    EXPECT_TRUE(parse_url(text)->is_loopback()) << text;
  }
  for (const auto* text :
       {"http://127.example.com", "http://localhost.example", "http://10.0.0.1"}) {
    EXPECT_FALSE(parse_url(text)->is_loopback()) << text;
  }
}

TEST(ResolveUrl, TakesWhatServersSend) {
  const std::string base = "https://h:8443/a/b?q=1";
  EXPECT_EQ(resolve(base, "https://o/x"), "https://o/x");
  EXPECT_EQ(resolve(base, "//o/x"), "https://o/x");
  EXPECT_EQ(resolve(base, "/x?y"), "https://h:8443/x?y");
  EXPECT_EQ(resolve(base, "c"), "https://h:8443/a/c");
  EXPECT_EQ(resolve(base, "?y"), "https://h:8443/a/b?y");
  EXPECT_EQ(resolve(base, ""), base);
}

TEST(ResolveUrl, IsNotMisledByAUrlInTheQuery) {
  EXPECT_EQ(resolve("https://h/a/b", "c?next=https://o/"), "https://h/a/c?next=https://o/");
}

TEST(ResolveUrl, RefusesOtherSchemes) {
  EXPECT_EQ(resolve("https://h/", "file:///etc/passwd"), "none");
  EXPECT_EQ(resolve("https://h/", "javascript:alert(1)"), "none");
}

}  // namespace
}  // namespace fmferry
