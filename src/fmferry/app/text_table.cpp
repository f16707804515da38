// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/text_table.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace fmferry {
namespace {

constexpr std::string_view k_gap = "  ";

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// What terminals show two columns wide: the scripts of East Asia, and their signs.
constexpr std::array<Range, 8> k_wide{{{0x1100, 0x115F},
                                       {0x2E80, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6},
                                       {0x1F300, 0x3FFFD}}};

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint32_t lead = byte(at++);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t point = more == 3   ? lead & 0x07U
                        : more == 2 ? lead & 0x0FU
                        : more == 1 ? lead & 0x1FU
                                    : lead;
  for (int i = 0; i < more && at < text.size() && (byte(at) & 0xC0U) == 0x80; ++i) {
    point = point << 6U | (byte(at++) & 0x3FU);
  }
  return point;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = next_code_point(text, at);
    const bool combines = point >= 0x300 && point <= 0x36F;
    const bool wide = std::ranges::any_of(
        k_wide, [&](Range range) { return point >= range.first && point <= range.last; });
    width += combines ? 0 : wide ? 2 : 1;
  }
  return width;
}

}  // namespace

std::string TextTable::text(bool bold_titles) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!row[i].empty())
        widths[i] = std::max({widths[i], width_of(row[i]), width_of(columns_[i].title)});
    }
  }
  const auto line = [&](const auto& cell_of) {
    std::string out;
    std::size_t owed = 0;  // blanks are written only when something follows
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string& cell = cell_of(i);
      const std::size_t blanks = widths[i] - width_of(cell);
      const bool right = columns_[i].align == Align::right;
      if (!cell.empty()) {
        out.append(owed + (right ? blanks : 0), ' ');
        out += cell;
        owed = (right ? 0 : blanks) + k_gap.size();
      } else {
        owed += blanks + k_gap.size();
      }
    }
    return out;
  };
  std::string all =
      bold(line([&](std::size_t i) -> const std::string& { return columns_[i].title; }),
           bold_titles) +
      "\n";
  for (const auto& row : rows_) {
    all += line([&](std::size_t i) -> const std::string& { return row[i]; }) + "\n";
  }
  return all;
}

std::string printable(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t start = at;
    const std::uint32_t point = next_code_point(name, at);
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    // Marks that turn the direction of writing could make a line read as another.
    const bool turns = (point >= 0x200E && point <= 0x200F) ||
                       (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    out += control || turns ? std::string("?") : std::string(name.substr(start, at - start));
  }
  return out;
}

bool is_colourful() {
  const char* no = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no == nullptr || *no == '\0');
}

std::string bold(std::string_view text, bool on) {
  return on ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string yellow(std::string_view text, bool on) {
  return on ? "\x1b[33m" + std::string(text) + "\x1b[0m" : std::string(text);
}

}  // namespace fmferry
