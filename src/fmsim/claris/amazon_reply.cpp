// SPDX-License-Identifier: Apache-2.0
#include <fmsim/claris/amazon_reply.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/random.hpp>

#include <array>
#include <ctime>

namespace fmsim::claris {
namespace {

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

Reply amazon_reply(int status, std::string json) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/x-amz-json-1.1";
  reply.headers = {{"Date", http_date()}, {"x-amzn-RequestId", random_hex(16, false)}};
  reply.body = std::move(json);
  return reply;
}

std::string written(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S UTC %Y", &parts);
  std::string stamp(text.data(), size);
  const auto padding = stamp.find("  ");
  if (padding != std::string::npos) stamp.erase(padding, 1);
  return stamp;
}

}  // namespace

Reply amazon_answer(std::string json) {
  return amazon_reply(200, std::move(json));
}

Reply amazon_refusal(const AmazonProblem& problem) {
  std::string body = "{";
  append_member(body, "__type", problem.type);
  append_member(body, "message", problem.message);
  Reply reply = amazon_reply(400, body + "}");
  reply.headers.emplace_back("x-amzn-ErrorType", problem.type + ":");
  reply.headers.emplace_back("x-amzn-ErrorMessage", problem.message);
  return reply;
}

std::optional<std::int64_t> read_timestamp(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%a %b %d %H:%M:%S UTC %Y", &parts) == nullptr) return std::nullopt;
  const std::time_t time = timegm(&parts);
  // Reading is lenient, so only what would be written the same way is taken.
  if (written(time) != text) return std::nullopt;
  return time;
}

}  // namespace fmsim::claris
