// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/sector_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fmferry::fmp12 {
namespace {

constexpr std::string_view k_magic{"\x00\x01\x00\x00\x00\x02\x00\x01\x00\x05\x00\x02\x00\x02\xC0",
                                   15};
constexpr std::string_view k_hbam7{"HBAM7"};
constexpr std::uint32_t k_fmp12_type = 0x1E;
constexpr std::uint32_t k_fp7_type = 0x1D;
constexpr std::uint32_t k_fewest_sectors = 3;
constexpr std::uint32_t k_most_ahead = 64;
constexpr std::uint32_t k_sampled_sectors = 16;
constexpr double k_random_bits = 7.9;  // of 8 a byte; compressed or encrypted data only

double bits_a_byte(ByteView bytes) {
  std::array<double, 256> counts{};
  for (const char c : bytes) ++counts.at(static_cast<unsigned char>(c));
  double bits = 0;
  for (const double count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(bytes.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

}  // namespace

Error broken(std::uint32_t sector, const std::string& what) {
  return {.kind = ErrorKind::corrupt, .what = "sector " + std::to_string(sector) + ": " + what};
}

Result<std::unique_ptr<SectorFile>> SectorFile::open(const std::filesystem::path& path) {
  std::unique_ptr<SectorFile> made(new SectorFile);
  made->file_ = FileHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!made->file_.is_open()) return fail(errno_error("cannot open", path));

  struct stat about {};

  if (::fstat(made->file_.get(), &about) != 0) return fail(errno_error("cannot look at", path));
  if (!S_ISREG(about.st_mode)) {
    return fail(ErrorKind::invalid, path.filename().string() + " is not a file");
  }
  const std::int64_t length = about.st_size;
  const std::int64_t sectors = length / static_cast<std::int64_t>(k_sector);
  if (sectors > std::int64_t{0xFFFFFFFF}) {
    return fail(ErrorKind::invalid, "the file has more sectors than its format can number");
  }
  made->count_ = static_cast<std::uint32_t>(sectors);
  FMF_TRY(made->check_header());
  if (length % static_cast<std::int64_t>(k_sector) != 0 || made->count_ < k_fewest_sectors) {
    return fail(ErrorKind::corrupt,
                "the file was cut off: its length is no whole number of 4096-byte sectors. Copy it "
                "again from the server or the backup");
  }
  return made;
}

// The header is read as far as it is there, so that a short file of another kind is named as that.
Status SectorFile::check_header() {
  std::string head(k_sector, '\0');
  const auto got = ::pread(file_.get(), head.data(), head.size(), 0);
  if (got < 0) return fail(errno_error("cannot read", "the file"));
  const ByteView view(head);
  if (!view.starts_with(k_magic)) {
    return fail(ErrorKind::invalid,
                "this is not a FileMaker database (.fmp12 or .fp7): its first bytes are others");
  }
  if (view.substr(k_magic.size(), k_hbam7.size()) != k_hbam7) {
    return fail(ErrorKind::invalid,
                "this is a FileMaker file of a format before .fp7 (fp3 or fp5): convert it with "
                "FileMaker Pro first");
  }
  const std::uint32_t type = u16_at(view, 520);
  if (type != k_fmp12_type && type != k_fp7_type) {
    return fail(ErrorKind::invalid, "this is a FileMaker file of a format that is not known");
  }
  if (u32_at(view, 20) != k_sector) {
    return fail(ErrorKind::invalid, "the file's sectors are not of 4096 bytes");
  }
  header_.fp7 = type == k_fp7_type;
  header_.closed_cleanly = view[2048] != '\0';
  header_.commit_counter = u32_at(view, 2054);
  return {};
}

Status SectorFile::read(std::uint32_t first, std::uint32_t n, char* buffer) const {
  std::size_t done = 0;
  const std::size_t wanted = std::size_t{n} * k_sector;
  const auto offset = static_cast<off_t>(first) * static_cast<off_t>(k_sector);
  while (done < wanted) {
    const auto got =
        ::pread(file_.get(), buffer + done, wanted - done, offset + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error("cannot read", "the database file"));
    if (got == 0) return fail(ErrorKind::corrupt, "the file became shorter while it was read");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Error SectorFile::unreadable(const std::string& what) const {
  std::string sample(std::size_t{std::min(k_sampled_sectors, count_ - 1)} * k_sector, '\0');
  const auto sectors = static_cast<std::uint32_t>(sample.size() / k_sector);
  if (read(1, sectors, sample.data()) && bits_a_byte(sample) > k_random_bits) {
    return {.kind = ErrorKind::denied,
            .what =
                "the file is probably encrypted at rest: decrypt a copy with its encryption "
                "password (FMDeveloperTool --decrypt, or FileMaker Pro: Tools > Developer "
                "Utilities) and read that"};
  }
  return {.kind = ErrorKind::corrupt,
          .what = what +
                  ": the file is damaged. Copy it again, or recover a copy with FileMaker "
                  "Pro (File > Recover) and read that"};
}

Result<Sector> parse_sector(std::uint32_t id, ByteView raw, std::uint32_t sector_count) {
  Sector sector{.id = id,
                .previous = u32_at(raw, 4),
                .next = u32_at(raw, 8),
                .level = u16_at(raw, 12),
                .stamp = u32_at(raw, 16)};
  const std::uint32_t unused = u16_at(raw, 14);
  if (u32_at(raw, 0) != 0) return fail(broken(id, "its head does not begin with zeros"));
  if (unused > k_payload) return fail(broken(id, "it claims more unused bytes than it has"));
  if (sector.level > k_highest_level && sector.level != k_free_level) {
    return fail(broken(id, "it is on no level of a tree"));
  }
  const auto is_link = [&](std::uint32_t link) {
    return link == 0 || (link > k_root && link < sector_count);
  };
  if (sector.level != k_free_level && (!is_link(sector.previous) || !is_link(sector.next))) {
    return fail(broken(id, "its neighbours do not exist"));
  }
  sector.payload = raw.substr(k_sector_head, k_payload - unused);
  return sector;
}

Result<Sector> SectorReader::get(std::uint32_t id) {
  if (id < k_root || id >= file_.count()) return fail(broken(id, "there is no such sector"));
  if (id < first_ || id >= first_ + held_) {
    // Jumps cost one sector; a walk that goes on reads ever more at a time.
    ahead_ = id == last_ + 1 ? std::min(ahead_ * 4, k_most_ahead) : 1;
    const std::uint32_t n = std::min(ahead_, file_.count() - id);
    buffer_.resize(std::size_t{n} * k_sector);
    held_ = 0;
    FMF_TRY(file_.read(id, n, buffer_.data()));
    first_ = id;
    held_ = n;
  }
  last_ = id;
  return parse_sector(
      id, ByteView(buffer_).substr(std::size_t{id - first_} * k_sector, k_sector), file_.count());
}

}  // namespace fmferry::fmp12
