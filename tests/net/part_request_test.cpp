// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/part_request.hpp>

#include <gtest/gtest.h>

namespace fmferry {
namespace {

class PartOfABody : public testing::Test {
 protected:
  PartOfABody() {
    context_.first_bytes = 100;
    context_.on_length = [this](std::int64_t whole, std::int64_t coming) {
      told_ = std::to_string(whole) + " " + std::to_string(coming);
    };
  }

  std::string asked() {
    HttpRequest request;
    PartRequest(works_, context_).ask(request);
    return request.headers.empty() ? "" : request.headers.front().second;
  }

  std::string take(int status, Headers headers) {
    told_.clear();
    const auto taken =
        PartRequest(works_, context_).take_head({.status = status, .headers = std::move(headers)});
    return taken ? told_ : std::string(name_of(taken.error().kind));
  }

  std::atomic<bool> works_{true};
  CallContext context_;
  std::string told_;
};

TEST_F(PartOfABody, IsAskedForWhereNoMoreIsWanted) {
  EXPECT_EQ(asked(), "bytes=0-99");
  context_.first_bytes.reset();
  EXPECT_EQ(asked(), "");
}

TEST_F(PartOfABody, TellsTheLengthOfTheWhole) {
  EXPECT_EQ(take(206, {{"Content-Range", "bytes 0-99/31337"}, {"Content-Length", "100"}}),
            "31337 100");
  EXPECT_EQ(take(206, {{"content-range", "Bytes 0-41/42"}}), "42 42");
  EXPECT_TRUE(works_);
}

TEST_F(PartOfABody, TheWholeMayComeAllTheSame) {
  EXPECT_EQ(take(200, {{"Content-Length", "31337"}}), "31337 31337");
  EXPECT_EQ(take(200, {}), "");
  EXPECT_TRUE(works_);
}

TEST_F(PartOfABody, AnotherPartIsNotTakenAndNoneIsAskedForAgain) {
  for (const char* range : {"bytes 1-99/31337",
                            "bytes 0-100/31337",
                            "bytes 0-99/*",
                            "bytes */31337",
                            "bytes 0-99/99",
                            "bytes 0-99/31337 ",
                            "bytes 0--1/31337",
                            "bytes 0-99999999999999999999/31337",
                            "lines 0-99/31337",
                            ""}) {
    works_ = true;
    EXPECT_EQ(take(206, {{"Content-Range", range}}), "corrupt") << range;
    EXPECT_EQ(asked(), "") << range;
  }
}

TEST_F(PartOfABody, APartThatNobodyAskedForIsNotTaken) {
  context_.first_bytes.reset();
  EXPECT_EQ(take(206, {{"Content-Range", "bytes 0-99/31337"}}), "corrupt");
}

TEST_F(PartOfABody, ARefusalIsRememberedOnlyWhereItWasAskedFor) {
  EXPECT_FALSE(PartRequest(works_, context_).was_refused({.status = 502}));
  EXPECT_FALSE(PartRequest(works_, context_).was_refused({.status = 404}));
  EXPECT_TRUE(works_);
  const HttpResponse empty{.status = 416, .headers = {{"Content-Range", "bytes */0"}}};
  EXPECT_FALSE(PartRequest(works_, context_).was_refused(empty));
  EXPECT_TRUE(PartRequest(works_, context_).is_empty(empty));
  EXPECT_FALSE(PartRequest(works_, context_).is_empty({.status = 416}));
  EXPECT_TRUE(works_) << "the file is empty, which is not the server's fault";
  EXPECT_TRUE(PartRequest(works_, context_).was_refused({.status = 416}));
  EXPECT_EQ(asked(), "");
  EXPECT_FALSE(PartRequest(works_, context_).was_refused({.status = 416}));
}

}  // namespace
}  // namespace fmferry
