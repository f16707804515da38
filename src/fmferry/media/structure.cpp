// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>
#include <fmferry/media/tiff_reader.hpp>

#include <limits>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

using PrefixRule = Structure (*)(ByteView prefix, std::int64_t length);

class PrefixFollower final : public StructureFollower {
 public:
  explicit PrefixFollower(PrefixRule rule) : rule_(rule) {}

  void update(ByteView) override {}

  [[nodiscard]] Structure conclude(ByteView prefix, std::int64_t length) const override {
    return rule_(prefix, length);
  }

 private:
  PrefixRule rule_;
};

bool is_jpeg(ByteView head) {
  // FF D8 FF F7 is JPEG-LS.
  return head.starts_with("\xff\xd8\xff"sv) && !head.substr(3).starts_with('\xf7');
}

bool is_pdf(ByteView head) {
  if (head.starts_with("\xef\xbb\xbf"sv)) head.remove_prefix(3);
  const std::size_t start = head.find_first_not_of("\0\t\n\f\r "sv);
  return start != ByteView::npos && head.substr(start).starts_with("%PDF-"sv);
}

bool is_bmp(ByteView head) {
  if (!head.starts_with("BM"sv) || head.size() < 18) return false;
  switch (le32(head, 14)) {
    case 12:
    case 40:
    case 52:
    case 56:
    case 64:
    case 108:
    case 124:
      return true;
    default:
      return false;
  }
}

bool is_bmff(ByteView head) {
  return head.size() >= 8 && head.substr(4, 4) == "ftyp"sv;
}

}  // namespace

void Structure::set_size(std::uint64_t wide, std::uint64_t high) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (wide == 0 || high == 0 || wide > most || high > most) return;
  width = static_cast<int>(wide);
  height = static_cast<int>(high);
}

Recognised recognise(ByteView head) {
  if (is_jpeg(head)) return {follow_jpeg(), "image/jpeg"};
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return {follow_png(), "image/png"};
  if (head.starts_with("GIF87a"sv) || head.starts_with("GIF89a"sv)) {
    return {follow_gif(), "image/gif"};
  }
  if (is_pdf(head)) return {follow_pdf(), "application/pdf"};
  if (is_bmff(head)) return {follow_bmff(), {}};
  if (head.starts_with("RIFF"sv) && head.size() >= 12) {
    const bool webp = head.substr(8, 4) == "WEBP"sv;
    return {follow_riff(), webp ? "image/webp"sv : ""sv};
  }
  if (is_bmp(head)) return {std::make_unique<PrefixFollower>(bmp_structure), "image/bmp"};
  if (is_tiff(head)) return {std::make_unique<PrefixFollower>(tiff_structure), {}};
  return {};
}

}  // namespace fmferry::media
