// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odata/batch.hpp>

#include <charconv>

namespace fmferry::odata {
namespace {

constexpr std::string_view k_line = "\r\n";

Error no_batch() {
  return {.kind = ErrorKind::corrupt, .what = "the server's answer to a batch can't be read"};
}

// "HTTP/1.1 204 No Content" and what follows it, up to the next boundary.
std::optional<HttpResponse> answer_at(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  HttpResponse answer;
  const auto digits = text.substr(space + 1, 3);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), answer.status);
  if (parsed.ec != std::errc() || answer.status < 100) return std::nullopt;
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) end = text.find("\n\n");
  if (end != std::string_view::npos) answer.body = std::string(trim(text.substr(end)));
  return answer;
}

}  // namespace

std::string changeset(const std::vector<BatchPart>& parts) {
  std::string body = "--batch_fmferry\r\nContent-Type: multipart/mixed; boundary=changes\r\n\r\n";
  int number = 0;
  for (const auto& part : parts) {
    body +=
        "--changes\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-ID: ";
    body += std::to_string(++number) + "\r\n\r\nPATCH " + part.path + " HTTP/1.1\r\n";
    body += "Content-Type: application/json\r\nContent-Length: ";
    body += std::to_string(part.body.size()) + "\r\n\r\n" + part.body + std::string(k_line);
  }
  return body + "--changes--\r\n--batch_fmferry--\r\n";
}

Result<std::vector<HttpResponse>> batch_answers(const HttpResponse& response) {
  // A single failure may come without the parts around it.
  std::vector<HttpResponse> answers;
  std::string_view rest = response.body;
  for (auto at = rest.find("HTTP/1."); at != std::string_view::npos; at = rest.find("HTTP/1.")) {
    rest.remove_prefix(at);
    const auto end = rest.find("\n--");
    const auto answer = answer_at(rest.substr(0, end));
    if (!answer) return fail(no_batch());
    answers.push_back(*answer);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end);
  }
  if (answers.empty()) return fail(no_batch());
  return answers;
}

}  // namespace fmferry::odata
