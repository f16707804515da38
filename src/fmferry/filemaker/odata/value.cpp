// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/body_gate.hpp>
#include <fmferry/filemaker/odata/value.hpp>
#include <fmferry/net/part_request.hpp>

#include <algorithm>
#include <array>

namespace fmferry::odata {
namespace {

constexpr std::size_t k_longest_text = 64U << 10U;
constexpr std::size_t k_longest_file_name = 255;
constexpr int k_no_content = 204;

Error no_bytes_there(std::string what) {
  return {.kind = ErrorKind::corrupt, .what = std::move(what), .origin_code = k_holds_no_file};
}

Error page_came() {
  return {.kind = ErrorKind::corrupt, .what = "a page came instead of the file"};
}

bool is_text_type(std::string_view type) {
  return to_lower(trim(type)).starts_with("text/");
}

// How FileMaker writes where a file lies that it only refers to.
bool is_reference(std::string_view text) {
  static constexpr std::array<std::string_view, 8> k_beginnings{
      "image:", "file:", "movie:", "audio:", "size:", "imagewin:", "imagemac:", "filewin:"};
  const std::string head = to_lower(trim(text).substr(0, 16));
  return std::ranges::any_of(
      k_beginnings, [&head](std::string_view beginning) { return head.starts_with(beginning); });
}

// "IMG_0042.jpeg": the quirk that `Accept: */*` is there to prevent.
bool is_file_name(std::string_view text) {
  text = trim(text);
  const auto dot = text.rfind('.');
  if (text.size() > k_longest_file_name || dot == std::string_view::npos || dot == 0) return false;
  const auto extension = text.substr(dot + 1);
  return !extension.empty() && extension.size() <= 5 &&
         text.find_first_of("\r\n") == std::string_view::npos &&
         std::ranges::all_of(extension, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

std::string parameter_in(std::string_view header, std::string_view name) {
  const std::string lower = to_lower(header);
  for (auto at = lower.find(name); at != std::string::npos; at = lower.find(name, at + 1)) {
    const bool begins = at == 0 || lower[at - 1] == ';' || lower[at - 1] == ' ';
    auto rest = header.substr(at + name.size());
    if (!begins || !rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    if (!rest.starts_with('"')) return std::string(trim(rest.substr(0, rest.find(';'))));
    std::string value;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      value += rest[i];
    }
    return value;
  }
  return {};
}

// Stands before the sink: lets through what is the file, and keeps what is a text for a look.
class ValueBody {
 public:
  explicit ValueBody(const ByteSink& sink) : gate_(sink, ""), sink_(sink) {}

  void expect(const HttpResponse& head) {
    has_name_ = !file_name_in(head.header("Content-Disposition")).empty();
    is_text_ = !has_name_ && is_text_type(head.header("Content-Type"));
    gate_.expect(head.header("Content-Type"));
  }

  Status take(ByteView bytes) {
    if (has_name_) {
      passed_ += static_cast<std::int64_t>(bytes.size());
      return sink_(bytes);
    }
    if (!is_text_) return gate_.take(bytes);
    if (text_.size() < k_longest_text) text_.append(bytes.substr(0, k_longest_text));
    return {};
  }

  Status finish() { return gate_.finish(); }

  [[nodiscard]] bool is_page() const { return gate_.rejected(); }

  [[nodiscard]] bool is_text() const { return is_text_; }

  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] std::int64_t delivered() const { return passed_ + gate_.delivered(); }

 private:
  filemaker::BodyGate gate_;
  const ByteSink& sink_;
  bool has_name_{false};
  bool is_text_{false};
  std::string text_{};
  std::int64_t passed_{0};
};

Error about_text(const std::string& text, const std::string& empty_text) {
  if (trim(text).empty() || (!empty_text.empty() && text == empty_text)) {
    return {.kind = ErrorKind::not_found, .what = "it is empty"};
  }
  if (!filemaker::looks_like_the_file(text, "", "")) return page_came();
  if (is_reference(text)) return no_bytes_there("it holds a reference to a file elsewhere");
  if (is_file_name(text)) {
    return {.kind = ErrorKind::corrupt, .what = "the file's name came instead of the file"};
  }
  return no_bytes_there("it holds text and no file");
}

Error refusal(const HttpResponse& response, const std::function<Result<bool>()>& is_there) {
  Error error = answer_error(response);
  if (error.kind != ErrorKind::not_found) return error;
  // The engine uses one answer for a record that is gone and, maybe, for a container without data.
  const auto there = is_there();
  if (!there) return there.error();
  error.what = *there ? "it is empty" : "the record is gone";
  return error;
}

}  // namespace

std::string file_name_in(std::string_view disposition) {
  const std::string extended = parameter_in(disposition, "filename*");
  const auto quote = extended.rfind('\'');
  if (quote != std::string::npos) return percent_decode(extended.substr(quote + 1));
  return parameter_in(disposition, "filename");
}

Result<ContainerInfo> fetch_value(const Api& api,
                                  const std::string& url,
                                  const std::string& empty_text,
                                  const std::function<Result<bool>()>& is_there,
                                  std::atomic<bool>& parts,
                                  const ByteSink& sink,
                                  const CallContext& context) {
  ValueBody body(sink);
  const PartRequest part(parts, context);
  // Any other Accept makes some servers send the file's name in the place of the file.
  HttpRequest request{.url = url, .headers = {{"Accept", "*/*"}}};
  part.ask(request);
  request.on_head = [&](const HttpResponse& head) {
    body.expect(head);
    return part.take_head(head);
  };
  request.sink = [&body](ByteView bytes) { return body.take(bytes); };
  auto response = api.send(std::move(request), context);
  if (!response && !body.is_page()) return fail(std::move(response).error());
  if (response && part.is_empty(*response)) return ContainerInfo{};
  if (response && part.was_refused(*response)) {
    return fail(ErrorKind::corrupt, "the server sends no parts of files");
  }
  if (response && (response->status < 200 || response->status > 299)) {
    return fail(refusal(*response, is_there));
  }
  if (response && !body.is_page()) {
    const Status finished = body.finish();
    if (!finished && !body.is_page()) return fail(finished.error());
  }
  if (body.is_page()) return fail(page_came());
  if (body.is_text()) return fail(about_text(body.text(), empty_text));
  ContainerInfo info{.length = body.delivered(),
                     .length_announced = !response->header("Content-Length").empty(),
                     .claimed_type = std::string(response->header("Content-Type")),
                     .file_name = file_name_in(response->header("Content-Disposition"))};
  const bool nothing = response->status == k_no_content || info.length == 0;
  if (nothing && info.file_name.empty()) return fail(ErrorKind::not_found, "it is empty");
  return info;
}

}  // namespace fmferry::odata
