// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/odata/answer.hpp>

#include <charconv>

namespace fmsim::odata {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::uint64_t page_size(std::string_view prefer) {
  constexpr std::string_view k_name = "maxpagesize=";
  const std::size_t at = prefer.find(k_name);
  if (at == std::string_view::npos) return 0;
  const std::string_view text = prefer.substr(at + k_name.size());
  std::uint64_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string View::annotation(std::string_view name) const {
  return (new_names ? "@" : "@odata.") + std::string(name);
}

View read_view(const Call& call, const ODataSettings& settings) {
  View view;
  view.new_names = settings.has_new_names() && call.odata_max_version != "4.0";
  view.annotated = !has(call.accept, "metadata=none");
  view.numbers_as_text = has(call.accept, "IEEE754Compatible=true");
  view.special_columns =
      settings.engine >= 22 && has(call.prefer, "fmodata.include-specialcolumns");
  view.minimal = has(call.prefer, "return=minimal");
  view.page = page_size(call.prefer);
  view.json = call.accept.empty() || has(call.accept, "json") || has(call.accept, "*/*");
  return view;
}

Reply engine_answer(const View& view, std::string content_type, std::string body, int status) {
  Reply reply;
  reply.status = status;
  reply.content_type = std::move(content_type);
  reply.headers = {{"Server", "nginx"},
                   {"OData-Version", view.new_names ? "4.01" : "4.0"},
                   {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
                   {"X-Frame-Options", "SAMEORIGIN"},
                   {"X-XSS-Protection", "1; mode=block"},
                   {"X-Content-Type-Options", "nosniff"}};
  reply.body = std::move(body);
  return reply;
}

Reply json_answer(const View& view, std::string body, int status) {
  return engine_answer(view, "application/json;charset=utf-8", std::move(body), status);
}

Reply empty_answer(const View& view, int status) {
  return engine_answer(view, "", "", status);
}

Reply problem_answer(const View& view, const Problem& problem) {
  if (!view.json) {
    return engine_answer(view,
                         "application/xml;charset=utf-8",
                         "<?xml version=\"1.0\" encoding=\"utf-8\"?><m:error "
                         "xmlns:m=\"http://docs.oasis-open.org/odata/ns/metadata\"><m:code>" +
                             xml_text(problem.code) + "</m:code><m:message>" +
                             xml_text(problem.message) + "</m:message></m:error>",
                         problem.http_status);
  }
  std::string inner = "{";
  append_member(inner, "code", problem.code);
  append_member(inner, "message", problem.message);
  return json_answer(view, "{\"error\":" + inner + "}}", problem.http_status);
}

}  // namespace fmsim::odata
