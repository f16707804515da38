// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an answer of Claris' page or of Amazon Cognito.
#include "fuzzing.hpp"
#include <fmferry/filemaker/clarisid/cognito_error.hpp>
#include <fmferry/filemaker/clarisid/cognito_reply.hpp>
#include <fmferry/filemaker/clarisid/user_pool.hpp>

namespace fmferry::clarisid {
namespace {

using fuzzing::must;
using fuzzing::must_be_a_line;
using fuzzing::next_line;

// What goes into a header line or onto the terminal is nothing but that.
void must_be_harmless(const CognitoReply& reply) {
  must_be_a_line(reply.challenge);
  must_be_a_line(reply.delivered_to);
  if (!reply.tokens) return;
  must(!reply.tokens->id.empty());
  must_be_a_line(reply.tokens->id.reveal());
  must_be_a_line(reply.tokens->refresh.reveal());
  must(reply.tokens->lifetime.count() > 0);
}

void read_numbers(const PasswordChallenge& challenge) {
  for (const auto* text : {&challenge.salt, &challenge.srp_b}) {
    const auto number = BigNumber::from_hex(*text);
    if (!number) continue;
    const Wiped padded = number->padded();
    must(BigNumber::from_bytes(padded.view()).hex() == number->hex());
    must(static_cast<unsigned char>(padded.view().front()) < 0x80);
  }
}

void read_answer(std::string_view date, ByteView body) {
  for (const int status : {200, 400, 500}) {
    const HttpResponse response{
        .status = status, .headers = {{"Date", std::string(date)}}, .body = std::string(body)};
    const auto reply = read_reply(response);
    if (reply) {
      must_be_harmless(*reply);
      read_numbers(reply->password);
    } else {
      must_be_a_line(to_line(blame_clock(reply.error(), response, {})));
    }
    const auto pool = read_user_pool(response);
    if (pool) must_be_a_line(pool->sign_in_url() + pool->name());
  }
}

}  // namespace
}  // namespace fmferry::clarisid

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::ByteView text = fmferry::fuzzing::view_of(data, size);
  const auto date = fmferry::fuzzing::next_line(text);
  fmferry::clarisid::read_answer(date, text);
  return 0;
}
