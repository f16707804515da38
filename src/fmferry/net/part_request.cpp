// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/part_request.hpp>

#include <charconv>

namespace fmferry {
namespace {

constexpr int k_partial_content = 206;
constexpr int k_bad_request = 400;
constexpr int k_range_not_satisfiable = 416;
constexpr int k_not_implemented = 501;

// Takes a number and the character after it from the front.
std::optional<std::int64_t> take_number(std::string_view& text, char end) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (end == '\0') return text.empty() ? std::optional(number) : std::nullopt;
  if (!text.starts_with(end)) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

}  // namespace

std::optional<ContentRange> read_content_range(std::string_view text) {
  constexpr std::string_view k_unit = "bytes ";
  if (to_lower(text.substr(0, k_unit.size())) != k_unit) return std::nullopt;
  text.remove_prefix(k_unit.size());
  const auto first = take_number(text, '-');
  const auto last = first ? take_number(text, '/') : std::nullopt;
  const auto whole = last ? take_number(text, '\0') : std::nullopt;
  if (!whole || *last < *first || *whole <= *last) return std::nullopt;
  return ContentRange{.first = *first, .last = *last, .whole = *whole};
}

PartRequest::PartRequest(std::atomic<bool>& works, const CallContext& context)
    : works_(works), context_(context) {
  if (context.first_bytes && *context.first_bytes > 0 && works) most_ = context.first_bytes;
}

void PartRequest::ask(HttpRequest& request) const {
  if (most_) request.headers.emplace_back("Range", "bytes=0-" + std::to_string(*most_ - 1));
}

Status PartRequest::take_head(const HttpResponse& head) const {
  const auto tell = [this](std::int64_t whole, std::int64_t coming) {
    if (context_.on_length) context_.on_length(whole, coming);
  };
  if (head.status != k_partial_content) {
    if (const auto length = head.announced_length()) tell(*length, *length);
    return {};
  }
  const auto range = read_content_range(head.header("Content-Range"));
  if (!most_ || !range || range->first != 0 || range->last >= *most_) {
    works_ = false;
    return fail(ErrorKind::corrupt, "another part of the file came than was asked for");
  }
  tell(range->whole, range->last + 1);
  return {};
}

bool PartRequest::is_empty(const HttpResponse& response) const {
  return most_ && response.status == k_range_not_satisfiable &&
         response.header("Content-Range") == "bytes */0";
}

bool PartRequest::was_refused(const HttpResponse& response) const {
  if (is_empty(response)) return false;
  const bool refused =
      most_ && (response.status == k_range_not_satisfiable || response.status == k_bad_request ||
                response.status == k_not_implemented);
  if (refused) works_ = false;
  return refused;
}

}  // namespace fmferry
