// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/media/file_pieces_test.hpp>

#include <string>
#include <utility>
#include <vector>

// EXIF blocks, TIFF files and PDFs made byte by byte, and what an inspector tells of them.
namespace fmferry::media {

// Builds what is built like a TIFF file, in either order of bytes.
class Tiff {
 public:
  explicit Tiff(bool little) : little_(little) {}

  struct Entry {
    int tag{0};
    int type{0};
    std::string value{};  // of texts; others are numbers
    std::uint64_t number{0};
  };

  static Entry text(int tag, std::string value) {
    return {.tag = tag, .type = 2, .value = std::move(value) + '\0'};
  }

  static Entry word(int tag, std::uint64_t number) {
    return {.tag = tag, .type = 3, .number = number};
  }

  static Entry offset(int tag, std::uint64_t number) {
    return {.tag = tag, .type = 4, .number = number};
  }

  [[nodiscard]] std::string number(std::uint64_t value, int size) const {
    return little_ ? le(value, size) : be(value, size);
  }

  [[nodiscard]] std::string header() const {
    return (little_ ? "II" : "MM") + number(42, 2) + number(8, 4);
  }

  // A directory that begins `at` so many bytes, its texts behind it; `next`: where another one is.
  [[nodiscard]] std::string directory(std::size_t at,
                                      const std::vector<Entry>& entries,
                                      std::uint64_t next = 0) const {
    std::string bytes = number(entries.size(), 2);
    std::string texts;
    const std::size_t behind = at + 2 + entries.size() * 12 + 4;
    for (const auto& [tag, type, value, told] : entries) {
      bytes += number(static_cast<unsigned>(tag), 2) + number(static_cast<unsigned>(type), 2);
      bytes += number(type == 2 ? value.size() : 1, 4);
      if (type == 2) {
        bytes += number(behind + texts.size(), 4);
        texts += value;
      } else {
        bytes += type == 3 ? number(told, 2) + number(0, 2) : number(told, 4);
      }
    }
    return bytes + number(next, 4) + texts;
  }

 private:
  bool little_;
};

inline constexpr int k_orientation = 0x0112;
inline constexpr int k_changed = 0x0132;
inline constexpr int k_own = 0x8769;
inline constexpr int k_original = 0x9003;
inline constexpr int k_digitised = 0x9004;
inline constexpr int k_zone = 0x9011;

// A block whose first directory has `first`, and EXIF's own one `own`.
inline std::string block(bool little,
                         std::vector<Tiff::Entry> first,
                         const std::vector<Tiff::Entry>& own = {}) {
  const Tiff tiff(little);
  if (own.empty()) return tiff.header() + tiff.directory(8, first);
  first.push_back(Tiff::offset(k_own, 0));
  const std::size_t there = 8 + tiff.directory(8, first).size();
  first.back().number = there;
  return tiff.header() + tiff.directory(8, first) + tiff.directory(there, own);
}

inline std::string usual_block(bool little = true) {
  return block(little,
               {Tiff::word(k_orientation, 6), Tiff::text(k_changed, "2025:01:02 03:04:05")},
               {Tiff::text(k_original, "2024:05:06 07:08:09"), Tiff::text(k_zone, "+10:00")});
}

inline std::string told(const Inspection& found) {
  return found.media_type + " " + std::to_string(found.orientation.value_or(0)) + " " +
         (found.taken.empty() ? "-" : found.taken) + " " + std::to_string(found.pages.value_or(0));
}

inline std::string inspect(ByteView body, std::size_t slice = 1U << 30U) {
  const auto inspector = inspectors().open();
  for (std::size_t at = 0; at < body.size(); at += slice) inspector->update(body.substr(at, slice));
  return told(inspector->finish());
}

inline std::string pages_of_tiff(bool little, const std::vector<std::vector<Tiff::Entry>>& pages) {
  const Tiff tiff(little);
  std::string bytes = tiff.header();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::size_t at = bytes.size();
    const std::size_t behind = at + tiff.directory(at, pages[i]).size();
    bytes += tiff.directory(at, pages[i], i + 1 < pages.size() ? behind : 0);
  }
  return bytes;
}

inline std::vector<Tiff::Entry> page(std::uint64_t kind = 0) {
  return {Tiff::offset(254, kind), Tiff::offset(256, 30), Tiff::offset(257, 20)};
}

inline std::string pdf_of(const std::string& objects) {
  return "%PDF-1.4\n" + objects + "\ntrailer <</Size 9 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
}

inline constexpr const char* k_root =
    "2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 12>> endobj\n";

}  // namespace fmferry::media
