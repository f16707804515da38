// SPDX-License-Identifier: Apache-2.0
#include <fmferry/thumbnail/protocol.hpp>

#include <gtest/gtest.h>

#include <string>

namespace fmferry::thumbnail {
namespace {

const Request k_request{.number = 7,
                        .edge = 300,
                        .quality = 85,
                        .format = 1,
                        .seconds = 25,
                        .max_pixels = 5'000'000'000,
                        .length = 123'456};

std::string with_byte(std::string bytes, std::size_t at, char value) {
  bytes.at(at) = value;
  return bytes;
}

TEST(Protocol, ARequestComesAsItWasSent) {
  const std::string bytes = to_bytes(k_request);
  ASSERT_EQ(bytes.size(), k_request_size);
  const auto found = request_from(bytes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, 7U);
  EXPECT_EQ(found->edge, 300U);
  EXPECT_EQ(found->quality, 85U);
  EXPECT_EQ(found->format, 1U);
  EXPECT_EQ(found->seconds, 25U);
  EXPECT_EQ(found->max_pixels, 5'000'000'000U);
  EXPECT_EQ(found->length, 123'456U);
}

TEST(Protocol, ARequestThatMakesNoSenseIsNone) {
  const std::string bytes = to_bytes(k_request);
  EXPECT_FALSE(request_from(bytes.substr(1)));
  EXPECT_FALSE(request_from(bytes + "x"));
  EXPECT_FALSE(request_from(with_byte(bytes, 0, 'X')));
  EXPECT_FALSE(request_from(with_byte(bytes, 11, '\x7f')));  // the edge
  EXPECT_FALSE(request_from(with_byte(bytes, 43, '\x7f')));  // the length
  Request request = k_request;
  request.quality = 101;
  EXPECT_FALSE(request_from(to_bytes(request)));
  request = k_request;
  request.format = 2;
  EXPECT_FALSE(request_from(to_bytes(request)));
  request = k_request;
  request.edge = 0;
  EXPECT_FALSE(request_from(to_bytes(request)));
}

TEST(Protocol, AnAnswerComesAsItWasSent) {
  const Answer answer{
      .number = 7, .outcome = Outcome::made, .width = 300, .height = 200, .length = 9000};
  const auto found = answer_from(to_bytes(answer), k_request);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->outcome, Outcome::made);
  EXPECT_EQ(found->width, 300U);
  EXPECT_EQ(found->height, 200U);
  EXPECT_EQ(found->length, 9000U);
  EXPECT_TRUE(answer_from(to_bytes(Answer{.number = 7, .outcome = Outcome::too_large}), k_request));
}

TEST(Protocol, AnAnswerThatDoesNotFitTheRequestIsNone) {
  const Answer good{
      .number = 7, .outcome = Outcome::made, .width = 300, .height = 200, .length = 9000};
  const auto believed = [&](auto change) {
    Answer answer = good;
    change(answer);
    return answer_from(to_bytes(answer), k_request).has_value();
  };
  EXPECT_TRUE(believed([](Answer&) {}));
  EXPECT_FALSE(believed([](Answer& answer) { answer.number = 8; }));
  EXPECT_FALSE(believed([](Answer& answer) { answer.width = 301; }));
  EXPECT_FALSE(believed([](Answer& answer) { answer.height = 0; }));
  EXPECT_FALSE(believed([](Answer& answer) { answer.length = 0; }));
  EXPECT_FALSE(believed([](Answer& answer) { answer.length = k_most_thumbnail + 1; }));
  EXPECT_FALSE(believed([](Answer& answer) { answer.outcome = Outcome::undecodable; }));
  EXPECT_FALSE(answer_from(with_byte(to_bytes(good), 8, '\x09'), k_request));  // the outcome
  EXPECT_FALSE(answer_from(to_bytes(good).substr(0, 20), k_request));
}

TEST(Protocol, AHelloOfAnotherVersionIsNone) {
  EXPECT_TRUE(hello_from(to_bytes(Hello{.seccomp = true})));
  EXPECT_FALSE(hello_from(to_bytes(Hello{.version = 2})));
  EXPECT_FALSE(hello_from(""));
}

TEST(Protocol, AThumbnailBeginsAsItsFormatDoes) {
  EXPECT_TRUE(looks_like("\xff\xd8\xff\xe0 and so on", Format::jpeg));
  EXPECT_FALSE(looks_like("RIFF1234WEBPVP8 ", Format::jpeg));
  EXPECT_TRUE(looks_like("RIFF1234WEBPVP8 ", Format::webp));
  EXPECT_FALSE(
      looks_like("\x7f"
                 "ELF",
                 Format::jpeg));
}

}  // namespace
}  // namespace fmferry::thumbnail
