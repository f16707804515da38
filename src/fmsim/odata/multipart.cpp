// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/multipart.hpp>
#include <fmsim/odata/problem.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fmsim::odata {
namespace {

constexpr std::string_view k_line_end = "\r\n";

Problem no_boundary() {
  return url_problem("Expected batch boundary");
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Takes one line off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find(k_line_end);
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + k_line_end.size());
  return line;
}

// Header lines up to a blank line; the rest is the body.
Part read_part(std::string_view text) {
  Part part;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) throw url_problem("A header of a part has no colon");
    part.headers[lower(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  }
  part.body = text;
  return part;
}

std::string_view reason(int status) {
  if (status == 200) return "Ok";
  if (status == 201) return "Created";
  return status == 204 ? "No Content" : reason_of(status);
}

std::size_t body_size(const Part& request, bool reads_all) {
  const std::string length = request.header("content-length");
  if (length.empty()) return reads_all ? request.body.size() : 0;
  std::size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  if (size > request.body.size()) throw no_boundary();
  return size;
}

}  // namespace

std::string Part::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string boundary_of(std::string_view content_type) {
  constexpr std::string_view k_name = "boundary=";
  const std::size_t at = content_type.find(k_name);
  if (!content_type.starts_with("multipart/mixed") || at == std::string_view::npos) return {};
  std::string_view value = content_type.substr(at + k_name.size());
  value = trimmed(value.substr(0, value.find(';')));
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return std::string(value);
}

std::vector<Part> split_multipart(std::string_view body, const std::string& boundary) {
  const std::string mark = "--" + boundary;
  const std::string next = std::string(k_line_end) + mark;
  if (boundary.empty() || !body.starts_with(mark)) throw no_boundary();
  body.remove_prefix(mark.size());
  std::vector<Part> parts;
  while (!body.starts_with("--")) {
    if (!body.starts_with(k_line_end)) throw no_boundary();
    body.remove_prefix(k_line_end.size());
    const std::size_t end = body.find(next);
    if (end == std::string_view::npos) throw no_boundary();
    parts.push_back(read_part(body.substr(0, end)));
    body.remove_prefix(end + next.size());
  }
  return parts;
}

Call read_embedded(const Part& part, const Call& outer, bool reads_all) {
  std::string_view text = part.body;
  const std::string_view first = take_line(text);
  const std::size_t method_end = first.find(' ');
  const std::size_t target_end = first.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end ||
      !first.substr(target_end + 1).starts_with("HTTP/")) {
    throw url_problem("A part has no request line");
  }
  const Part request = read_part(text);
  Call call;
  call.method = first.substr(0, method_end);
  std::string_view target = first.substr(method_end + 1, target_end - method_end - 1);
  const std::size_t scheme = target.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  call.target = target;
  call.host = outer.host;
  call.odata_max_version = outer.odata_max_version;
  call.content_type = request.header("content-type");
  call.accept = request.header("accept");
  call.prefer = request.header("prefer");
  call.content_disposition = request.header("content-disposition");
  call.body = request.body.substr(0, body_size(request, reads_all));
  return call;
}

std::string embedded(const Reply& reply) {
  std::string out = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
  out += "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason(reply.status));
  for (const auto& [name, value] : reply.headers) {
    const bool of_engine =
        name == "OData-Version" || name == "Location" || name == "fmodata.affected_rows";
    if (of_engine) out += "\r\n" + name + ": " + value;
  }
  const std::string body = reply.picture ? reply.picture->copy() : reply.body;
  if (!reply.content_type.empty()) {
    out += "\r\nContent-Type: " + reply.content_type +
           "\r\nContent-Length: " + std::to_string(body.size());
  }
  return out + "\r\n\r\n" + body + "\r\n";
}

}  // namespace fmsim::odata
