// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/message.hpp>

namespace fmsim {
namespace {

Reply engine_reply(int status, std::string body) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json; charset=utf-8";
  reply.headers = {{"Server", "Apache"},
                   {"Cache-Control", "no-cache"},
                   {"ETag", entity_tag(body)},
                   {"Vary", "Accept-Encoding"},
                   {"X-Frame-Options", "SAMEORIGIN"},
                   {"X-XSS-Protection", "1; mode=block"},
                   {"X-Content-Type-Options", "nosniff"}};
  reply.body = std::move(body);
  return reply;
}

}  // namespace

std::string_view reason_of(int http_status) {
  switch (http_status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 414:
      return "URI Too Long";
    case 429:
      return "Too Many Requests";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return http_status < 400 ? "OK" : "Error";
  }
}

Reply answer(std::string_view response) {
  std::string body = "{\"response\":";
  body += response;
  body += R"(,"messages":[{"code":"0","message":"OK"}]})";
  return engine_reply(200, std::move(body));
}

Reply refuse(int http_status, int error_code, std::string_view message) {
  std::string body = R"({"messages":[{)";
  append_member(body, "code", std::to_string(error_code));
  append_member(body, "message", message);
  return engine_reply(http_status, body + "}],\"response\":{}}");
}

Reply refuse(int error_code) {
  return refuse(http_status_of(error_code), error_code, message_of(error_code));
}

Reply web_page(int http_status) {
  const std::string number = std::to_string(http_status);
  const std::string title = number + " " + std::string(reason_of(http_status));
  // The proxy repeats the title; the streaming gate shows the bare number.
  const bool proxy = http_status >= 500;
  Reply reply;
  reply.status = http_status;
  reply.content_type = "text/html";
  reply.headers = {{"Server", proxy ? "nginx" : "Apache"}};
  reply.body = "<html><head><title>" + title + "</title></head><body>" +
               (proxy ? "<h1>" + title + "</h1>" : number) + "</body></html>";
  return reply;
}

Reply login_page() {
  Reply reply = web_page(200);
  reply.body =
      "<html><head><title>Sign in</title></head><body><form method=\"post\">"
      "<input name=\"account\"><input name=\"password\" type=\"password\"></form></body></html>";
  return reply;
}

}  // namespace fmsim
