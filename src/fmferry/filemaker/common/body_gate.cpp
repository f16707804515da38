// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/body_gate.hpp>

#include <algorithm>

namespace fmferry::filemaker {
namespace {

constexpr std::size_t k_enough_to_tell = 512;

std::string_view skip_blanks(ByteView bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first == ByteView::npos ? ByteView() : bytes.substr(first);
}

bool is_markup(ByteView bytes) {
  const std::string head = to_lower(skip_blanks(bytes).substr(0, 16));
  return head.starts_with("<!doctype html") || head.starts_with("<html") ||
         head.starts_with("<head") || head.starts_with("<body");
}

bool is_envelope(ByteView bytes) {
  std::string head;
  for (const char c : skip_blanks(bytes).substr(0, 64)) {
    if (static_cast<unsigned char>(c) > 0x20) head += c;
  }
  return head.starts_with(R"({"messages":[)") || head.starts_with(R"({"response":{)") ||
         head.starts_with(R"({"error":{"code":)");
}

bool is_text(ByteView bytes) {
  return std::ranges::none_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\r' && c != '\n' && c != '\f';
  });
}

}  // namespace

bool looks_like_the_file(ByteView first_bytes,
                         std::string_view claimed_type,
                         std::string_view extension) {
  if (is_envelope(first_bytes)) return false;
  if (extension == "html" || extension == "htm" || extension == "xhtml") return true;
  if (is_markup(first_bytes)) return false;
  const bool claims_markup = to_lower(trim(claimed_type)).starts_with("text/html");
  return !claims_markup || !is_text(first_bytes);
}

BodyGate::BodyGate(const ByteSink& sink, std::string extension)
    : sink_(sink), extension_(std::move(extension)) {}

Status BodyGate::take(ByteView bytes) {
  if (is_open_) return pass_on(bytes);
  held_.append(bytes);
  return held_.size() < k_enough_to_tell ? Status{} : open();
}

Status BodyGate::finish() {
  return is_open_ || held_.empty() ? Status{} : open();
}

Status BodyGate::open() {
  if (!looks_like_the_file(
          ByteView(held_).substr(0, k_enough_to_tell), claimed_type_, extension_)) {
    rejected_ = true;
    return fail(ErrorKind::corrupt, "a page came instead of the file");
  }
  is_open_ = true;
  FMF_TRY(pass_on(held_));
  held_.clear();
  held_.shrink_to_fit();
  return {};
}

Status BodyGate::pass_on(ByteView bytes) {
  delivered_ += static_cast<std::int64_t>(bytes.size());
  return sink_(bytes);
}

}  // namespace fmferry::filemaker
