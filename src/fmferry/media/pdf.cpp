// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/pdf_pages.hpp>
#include <fmferry/media/structure.hpp>

#include <charconv>
#include <limits>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t k_tail = 1024;
constexpr auto k_blanks = "\0\t\n\f\r \x1a"sv;

// A number in the first object of a linearized file: `/L` is the length of the file, `/N` how many
// pages it has. 0: it is none.
std::int64_t announced(ByteView prefix, ByteView name) {
  const ByteView head = prefix.substr(0, k_tail);
  const std::size_t start = head.find("/Linearized"sv);
  if (start == ByteView::npos) return 0;
  ByteView rest = head.substr(start);
  rest = rest.substr(0, rest.find(">>"sv));
  for (std::size_t at = rest.find(name); at != ByteView::npos; at = rest.find(name, at + 2)) {
    const std::size_t digits = rest.find_first_not_of(k_blanks, at + 2);
    std::int64_t number = 0;
    if (digits == ByteView::npos) continue;
    const auto parsed = std::from_chars(rest.data() + digits, rest.data() + rest.size(), number);
    if (parsed.ec == std::errc{}) return number;
  }
  return 0;
}

// Keeps the last bytes before any blanks at the end: padding is common and says nothing.
class PdfFollower final : public StructureFollower {
 public:
  void update(ByteView bytes) override {
    pages_.update(bytes);
    const std::size_t last = bytes.find_last_not_of(k_blanks);
    const std::size_t kept = last == ByteView::npos ? 0 : last + 1;
    if (kept > 0) {
      tail_.append(std::min(blanks_, k_tail), ' ');
      blanks_ = 0;
      tail_.append(bytes.substr(0, kept).substr(kept > k_tail ? kept - k_tail : 0));
      if (tail_.size() > k_tail) tail_.erase(0, tail_.size() - k_tail);
    }
    blanks_ += bytes.size() - kept;
  }

  [[nodiscard]] Structure conclude(ByteView prefix, std::int64_t length) const override {
    const bool ended = tail_.find("%%EOF") != std::string::npos;
    // It has an end mark near its start, too, so that mark alone proves nothing there.
    const std::int64_t its_length = announced(prefix, "/L"sv);
    if (!ended || length < its_length) return {.integrity = Integrity::truncated};
    return {.integrity = Integrity::whole, .pages = pages_of(prefix, length == its_length)};
  }

 private:
  // What a linearized file announces holds until somebody appends to it.
  [[nodiscard]] std::optional<int> pages_of(ByteView prefix, bool as_linearized) const {
    const std::int64_t number = as_linearized ? announced(prefix, "/N"sv) : 0;
    const bool fits = number > 0 && number <= std::numeric_limits<int>::max();
    return fits ? static_cast<int>(number) : pages_.pages();
  }

  PdfPages pages_{};
  std::string tail_{};
  std::size_t blanks_{0};
};

}  // namespace

std::unique_ptr<StructureFollower> follow_pdf() {
  return std::make_unique<PdfFollower>();
}

}  // namespace fmferry::media
