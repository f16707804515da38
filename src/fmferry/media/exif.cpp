// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/exif.hpp>
#include <fmferry/media/tiff_reader.hpp>

#include <chrono>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr auto k_mark = "Exif\0\0"sv;

// In the first directory.
constexpr std::uint32_t k_orientation = 0x0112;
constexpr std::uint32_t k_time_of_change = 0x0132;
constexpr std::uint32_t k_exif_directory = 0x8769;
// In the one of EXIF's own.
constexpr std::uint32_t k_time_of_original = 0x9003;
constexpr std::uint32_t k_time_of_digitising = 0x9004;
constexpr std::uint32_t k_zone_of_change = 0x9010;
constexpr std::uint32_t k_zone_of_original = 0x9011;
constexpr std::uint32_t k_zone_of_digitising = 0x9012;

// -1 when one of them is no digit.
int number_in(ByteView digits) {
  int number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool is_in(int number, int least, int most) {
  return number >= least && number <= most;
}

// "2024:05:06 07:08:09", and with dashes as some write it, becomes "2024-05-06T07:08:09"; what is
// no time (zeros and blanks mean "not known") becomes nothing.
std::string iso_time(ByteView text) {
  constexpr std::size_t length = 19;
  if (text.size() != length) return {};
  const char dash = text[4];
  const bool formed = (dash == ':' || dash == '-') && text[7] == dash &&
                      (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':';
  const int year = number_in(text.substr(0, 4));
  const int month = number_in(text.substr(5, 2));
  const int day = number_in(text.substr(8, 2));
  if (!formed || year < 1 || month < 1 || day < 1) return {};
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  const bool on_the_clock = is_in(number_in(text.substr(11, 2)), 0, 23) &&
                            is_in(number_in(text.substr(14, 2)), 0, 59) &&
                            is_in(number_in(text.substr(17, 2)), 0, 59);
  if (!date.ok() || !on_the_clock) return {};
  std::string iso(text);
  iso[4] = iso[7] = '-';
  iso[10] = 'T';
  return iso;
}

// "+10:00"; nothing for what is no zone.
std::string zone_in(ByteView text) {
  constexpr std::size_t length = 6;
  constexpr int most_hours = 14;
  const bool formed = text.size() == length && (text[0] == '+' || text[0] == '-') &&
                      text[3] == ':' && is_in(number_in(text.substr(1, 2)), 0, most_hours) &&
                      is_in(number_in(text.substr(4, 2)), 0, 59);
  return formed ? std::string(text) : std::string();
}

// A time and its zone, which are entries of their own.
struct Told {
  std::string time{};
  std::string zone{};
};

class ExifReader {
 public:
  explicit ExifReader(ByteView block) : tiff_(block) {}

  ExifFacts read() {
    std::size_t own = 0;
    tiff_.for_each_entry(tiff_.first_directory(), [&](std::uint32_t tag, std::size_t entry) {
      if (tag == k_orientation) take_orientation(tiff_.value(entry));
      if (tag == k_time_of_change) changed_.time = time_at(entry);
      if (tag == k_exif_directory) own = tiff_.value(entry);
    });
    if (own != 0) {
      tiff_.for_each_entry(own,
                           [this](std::uint32_t tag, std::size_t entry) { take_time(tag, entry); });
    }
    for (const Told* told : {&original_, &digitised_, &changed_}) {
      if (facts_.taken.empty() && !told->time.empty()) facts_.taken = told->time + told->zone;
    }
    return std::move(facts_);
  }

 private:
  void take_orientation(std::uint32_t value) {
    if (value >= 1 && value <= 8) facts_.orientation = static_cast<int>(value);
  }

  void take_time(std::uint32_t tag, std::size_t entry) {
    switch (tag) {
      case k_time_of_original:
        original_.time = time_at(entry);
        break;
      case k_time_of_digitising:
        digitised_.time = time_at(entry);
        break;
      case k_zone_of_original:
        original_.zone = zone_at(entry);
        break;
      case k_zone_of_digitising:
        digitised_.zone = zone_at(entry);
        break;
      case k_zone_of_change:
        changed_.zone = zone_at(entry);
        break;
      default:
        break;
    }
  }

  [[nodiscard]] std::string time_at(std::size_t entry) const {
    return iso_time(tiff_.text(entry, 19));
  }

  [[nodiscard]] std::string zone_at(std::size_t entry) const {
    return zone_in(tiff_.text(entry, 6));
  }

  TiffReader tiff_;
  ExifFacts facts_{};
  Told original_{};
  Told digitised_{};
  Told changed_{};
};

}  // namespace

ExifFacts read_exif(ByteView block) {
  if (block.starts_with(k_mark)) block.remove_prefix(k_mark.size());
  if (block.size() < TiffReader::k_header || !is_tiff(block)) return {};
  return ExifReader(block).read();
}

}  // namespace fmferry::media
