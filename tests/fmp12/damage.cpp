// SPDX-License-Identifier: Apache-2.0
#include "damage.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace fmferry::testing_support {
namespace {

constexpr std::size_t k_sector = 4096;

// What is different and not reported: "; lost 17", "; 4 became ...".
std::string silent_difference(const Exported& truth, const Exported& now) {
  std::string text;
  for (const auto& [where, what] : truth) {
    const auto at = now.find(where);
    if (at == now.end()) {
      text += "; lost " + std::to_string(where);
    } else if (at->second != what && at->second != k_reported) {
      text += "; " + std::to_string(where) + " became " + at->second;
    }
  }
  for (const auto& [where, what] : now) {
    if (!truth.contains(where) && what != k_reported) text += "; new " + std::to_string(where);
  }
  return text;
}

std::string at_sector(const std::string& bytes, std::size_t offset) {
  const std::size_t head = offset / k_sector * k_sector;
  return "sector " + std::to_string(offset / k_sector) + '+' + std::to_string(offset - head) +
         " (level " + to_hex(bytes.substr(head + 12, 2)) + ')';
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFFU);
  return bytes;
}

// A number below `end`.
std::size_t below(std::size_t end, std::mt19937_64& random) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

void flip_bit(DamagedFile& file, std::size_t at, std::mt19937_64& random) {
  const auto bit = below(8, random);
  const char flipped = static_cast<char>(file.bytes()[at] ^ (1 << bit));
  file.overwrite(at, ByteView(&flipped, 1), "bit " + std::to_string(bit));
}

}  // namespace

void DamageTally::add(const DamageTally& other) {
  detected += other.detected;
  harmless += other.harmless;
  slips.insert(slips.end(), other.slips.begin(), other.slips.end());
}

std::string DamageTally::summary() const {
  return std::to_string(detected) + " detected, " + std::to_string(harmless) + " harmless, " +
         std::to_string(slips.size()) + " slipped";
}

DamagedFile::DamagedFile(std::string name, std::string bytes)
    : name_(std::move(name)), bytes_(std::move(bytes)), file_(bytes_) {
  auto truth = export_everything(file_.path());
  if (!truth) throw std::runtime_error(name_ + ": " + to_line(truth.error()));
  truth_ = std::move(*truth);
}

void DamagedFile::overwrite(std::size_t offset, ByteView with, const std::string& what) {
  overwrite_all({{offset, std::string(with)}}, what);
}

void DamagedFile::overwrite_all(const std::vector<std::pair<std::size_t, std::string>>& places,
                                const std::string& what) {
  for (const auto& [offset, with] : places) file_.write(offset, with);
  judge(what + " at " + at_sector(bytes_, places.front().first));
  for (const auto& [offset, with] : places) {
    file_.write(offset, ByteView(bytes_).substr(offset, with.size()));
  }
}

void DamagedFile::cut(std::size_t length, const std::string& what) {
  file_.resize(length);
  judge(what + " to " + std::to_string(length));
  file_.write(length, ByteView(bytes_).substr(length));
}

void DamagedFile::judge(const std::string& what) {
  const auto now = export_everything(file_.path());
  const auto silent = now ? silent_difference(truth_, *now) : std::string();
  if (!silent.empty()) {
    tally_.slips.push_back(name_ + ": " + what + silent);
  } else if (now && *now == truth_) {
    ++tally_.harmless;
  } else {
    ++tally_.detected;
  }
}

bool DamagedFile::is_noticed_when_lost(std::size_t sector) {
  const auto offset = sector * k_sector;
  file_.write(offset, std::string(k_sector, '\xFF'));
  const bool noticed = !export_everything(file_.path());
  file_.write(offset, ByteView(bytes_).substr(offset, k_sector));
  return noticed;
}

const std::vector<std::size_t>& DamagedFile::sectors_that_matter() {
  if (!that_matter_.empty()) return that_matter_;
  for (std::size_t sector = 0; sector < sectors(); ++sector) {
    if (is_noticed_when_lost(sector)) that_matter_.push_back(sector);
  }
  return that_matter_;
}

void overwrite_sectors(DamagedFile& file, int times, std::mt19937_64& random) {
  for (int i = 0; i < times; ++i) {
    std::string noise(k_sector, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    file.overwrite(below(file.sectors(), random) * k_sector, noise, "noise");
  }
}

void misplace_sectors(DamagedFile& file, int times, std::mt19937_64& random) {
  for (int i = 0; i < times; ++i) {
    const auto at = below(file.sectors(), random) * k_sector;
    const auto from = below(file.sectors(), random) * k_sector;
    if (i % 4 == 0) {
      file.overwrite(at, std::string(k_sector, '\0'), "zeros");
    } else {
      file.overwrite(at, file.bytes().substr(from, k_sector), "a copy of another sector");
    }
  }
}

void flip_bits(DamagedFile& file, int times, std::mt19937_64& random) {
  for (int i = 0; i < times; ++i) flip_bit(file, below(file.bytes().size(), random), random);
}

void flip_bits_that_matter(DamagedFile& file, int times, std::mt19937_64& random) {
  const auto& sectors = file.sectors_that_matter();
  for (int i = 0; i < times; ++i) {
    const auto sector = sectors[below(sectors.size(), random)];
    flip_bit(file, sector * k_sector + below(k_sector, random), random);
  }
}

void twist_structure(DamagedFile& file, int times, std::mt19937_64& random) {
  constexpr std::size_t k_next = 8;
  constexpr std::size_t k_level = 12;
  constexpr std::size_t k_unused = 14;
  const auto any = [&] { return (1 + below(file.sectors() - 1, random)) * k_sector; };
  const auto next_of = [&](std::size_t sector) { return file.bytes().substr(sector + k_next, 4); };
  for (int i = 0; i < times; ++i) {
    const auto one = any();
    const auto other = any();
    const auto number = static_cast<std::uint32_t>(other / k_sector);
    switch (i % 8) {
      case 0:
        file.overwrite_all({{one + k_next, next_of(other)}, {other + k_next, next_of(one)}},
                           "next ids swapped");
        break;
      case 1:
        file.overwrite(one + k_next, big_endian(number), "another next");
        break;
      case 2:
        file.overwrite(one + k_next, big_endian(0), "no next");
        break;
      case 3:
        file.overwrite(one + k_level, file.bytes().substr(other + k_level, 2), "another level");
        break;
      case 4:
        file.overwrite(one + k_unused, "\xFF\xFF", "unused FFFF");
        break;
      case 5:
        file.overwrite(one + 20 + below(4074, random), "\xFF\xFF", "length FFFF");
        break;
      case 6:
        // A child that is its own parent, or somebody else's child.
        file.overwrite(k_sector + 20 + below(400, random), big_endian(number), "another child");
        break;
      default:
        file.cut(below(file.bytes().size(), random), "cut");
        break;
    }
  }
}

}  // namespace fmferry::testing_support
