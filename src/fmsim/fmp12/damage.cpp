// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/damage.hpp>
#include <fmsim/fmp12/damage_content.hpp>
#include <fmsim/fmp12/open_file.hpp>
#include <fmsim/fmp12/sector_file.hpp>
#include <fmsim/random.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

constexpr std::size_t k_next_at = 8;
constexpr std::size_t k_unused_at = 14;
constexpr std::size_t k_mark_at = 2048;

std::size_t start_of(std::uint32_t sector) {
  return std::size_t{sector} * k_sector;
}

void fill_random(OpenFile& file, std::size_t from, std::size_t size, std::uint64_t seed) {
  char* bytes = file.bytes_at(from);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(mix(seed ^ i) & 0xFFU);
}

// A leaf that is neither the first nor the last.
std::size_t inner_place(const std::vector<std::uint32_t>& leaves, std::uint64_t seed) {
  if (leaves.size() < 6) throw std::runtime_error("the file is too small for this damage");
  return 1 + mix(seed) % (leaves.size() - 2);
}

std::uint32_t any_leaf(const OpenFile& file, std::uint64_t seed) {
  const auto leaves = file.leaves();
  return leaves[mix(seed) % leaves.size()];
}

void flip_bit(OpenFile& file, std::uint64_t seed) {
  const std::size_t from = start_of(k_root);
  const std::size_t at = from + mix(seed) % (start_of(file.sectors()) - from);
  *file.bytes_at(at) = static_cast<char>(*file.bytes_at(at) ^ (1 << (mix(seed + 1) % 8)));
}

void overwrite_sector(OpenFile& file, std::uint64_t seed) {
  fill_random(file, start_of(any_leaf(file, seed)), k_sector, seed);
}

void swap_next(OpenFile& file, std::uint64_t seed) {
  const auto leaves = file.leaves();
  const std::size_t one = inner_place(leaves, seed);
  // Not a neighbour, whose link to the other would stay a link to the other.
  const std::size_t two = one + 2 < leaves.size() ? one + 2 : one - 2;
  const std::size_t first = start_of(leaves[one]) + k_next_at;
  const std::size_t second = start_of(leaves[two]) + k_next_at;
  const std::uint32_t kept = file.number_at(first, 4);
  file.put_number(first, 4, file.number_at(second, 4));
  file.put_number(second, 4, kept);
}

void next_loop(OpenFile& file, std::uint64_t seed) {
  const auto leaves = file.leaves();
  const std::size_t place = inner_place(leaves, seed);
  file.put_number(start_of(leaves[place]) + k_next_at, 4, leaves[mix(seed + 1) % (place + 1)]);
}

void level_loop(OpenFile& file, std::uint64_t seed) {
  const auto places = file.child_places();
  const std::size_t place = places[mix(seed) % places.size()];
  file.put_number(place, 4, static_cast<std::uint32_t>(place / k_sector));
}

void unused_ffff(OpenFile& file, std::uint64_t seed) {
  file.put_number(start_of(any_leaf(file, seed)) + k_unused_at, 2, 0xFFFF);
}

void not_closed(OpenFile& file, std::uint64_t /*seed*/) {
  *file.bytes_at(k_mark_at) = 0;
}

void random_from_sector_1(OpenFile& file, std::uint64_t seed) {
  fill_random(file, start_of(1), start_of(file.sectors()) - start_of(1), seed);
}

void wrong_magic(OpenFile& file, std::uint64_t /*seed*/) {
  constexpr std::string_view k_fp5 = "HBAM6";
  std::copy(k_fp5.begin(), k_fp5.end(), file.bytes_at(15));
}

// Cut at a sector's border.
void truncate_tail(const std::string& path, std::uint64_t seed) {
  const std::uint64_t sectors = std::filesystem::file_size(path) / k_sector;
  const std::uint64_t kept = std::max<std::uint64_t>(3, sectors - 1 - mix(seed) % (sectors / 2));
  std::filesystem::resize_file(path, kept * k_sector);
}

// Cut inside a sector.
void truncate_odd(const std::string& path, std::uint64_t seed) {
  const std::uint64_t size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 1 - mix(seed) % (k_sector - 1));
}

struct Way {
  Damage damage;
  void (*change)(OpenFile&, std::uint64_t){nullptr};
  void (*cut)(const std::string&, std::uint64_t){nullptr};
};

using Shows = Damage::Shows;

constexpr std::array k_ways{
    Way{{"flip-bit", "one bit, anywhere behind the header", Shows::perhaps}, flip_bit},
    Way{{"flip-content-bit", "one bit of a stored file"}, flip_content_bit},
    Way{{"overwrite-sector", "a leaf full of noise"}, overwrite_sector},
    Way{{"truncate-tail", "the last sectors are missing"}, nullptr, truncate_tail},
    Way{{"truncate-odd", "cut inside the last sector"}, nullptr, truncate_odd},
    Way{{"swap-next", "two leaves with each other's next"}, swap_next},
    Way{{"next-loop", "a leaf leads back"}, next_loop},
    Way{{"level-loop", "an inner node is its own child"}, level_loop},
    Way{{"length-ffff", "a value longer than its sector"}, length_ffff},
    Way{{"unused-ffff", "a leaf with more unused than it has"}, unused_ffff},
    Way{{"drop-piece", "a piece of a stored file is missing"}, drop_piece},
    Way{{"swap-pieces", "two pieces of a stored file in each other's place"}, swap_pieces},
    Way{{"wrong-md5", "a stored file with another's MD5"}, wrong_md5},
    Way{{"wrong-length", "a stored file listed one byte longer"}, wrong_length},
    Way{{"wrong-text-length", "a text with one byte more than it has"}, wrong_text_length},
    Way{{"dangling-reference", "a record names a file that is not there"}, dangling_reference},
    Way{{"swap-two-references", "two records with each other's files", Shows::never},
        swap_two_references},
    Way{{"bitmap-mismatch", "the set of record ids has one more or less"}, bitmap_mismatch},
    Way{{"not-closed", "the mark of a clean close is missing"}, not_closed},
    Way{{"random-from-sector-1", "noise, as if encrypted"}, random_from_sector_1},
    Way{{"wrong-magic", "the header of an older format"}, wrong_magic},
};

constexpr auto k_damages = [] {
  std::array<Damage, k_ways.size()> list{};
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = k_ways[i].damage;
  return list;
}();

}  // namespace

std::span<const Damage> damages() {
  return k_damages;
}

void damage_file(const std::string& from,
                 std::string_view how,
                 std::uint64_t seed,
                 const std::string& to) {
  const auto way = std::find_if(
      k_ways.begin(), k_ways.end(), [how](const Way& each) { return each.damage.name == how; });
  if (way == k_ways.end()) throw std::runtime_error("no damage is called " + std::string(how));
  namespace fs = std::filesystem;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  fs::permissions(to, fs::perms::owner_write, fs::perm_options::add);
  try {
    if (way->cut != nullptr) {
      way->cut(to, seed);
    } else {
      OpenFile file(to);
      way->change(file, seed);
    }
  } catch (...) {
    fs::remove(to);
    throw;
  }
}

}  // namespace fmsim::fmp12
