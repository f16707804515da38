// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/bag.hpp>
#include <fmferry/app/draft.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/digest.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace fmferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_block = 1U << 20U;

// RFC 8493, 2.1.3: of a path only these three are encoded.
std::string bag_path(const std::string& path) {
  std::string out;
  for (const char c : path) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\n':
        out += "%0A";
        break;
      case '\r':
        out += "%0D";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// The SHA-256 of a file; its bytes also go into `copy`, if that is open.
Result<std::string> hash_file(const fs::path& file, const FileHandle& copy) {
  const FileHandle in(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!in.is_open()) return fail(errno_error("cannot read", file));
  Hasher hasher;
  std::string block(k_block, '\0');
  while (true) {
    const auto got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error("cannot read", file));
    if (got == 0) return hasher.finish();
    const ByteView bytes(block.data(), static_cast<std::size_t>(got));
    hasher.update(bytes);
    if (copy.is_open()) FMF_TRY(write_all(copy.get(), bytes));
  }
}

class Bagger {
 public:
  Bagger(Ledger& ledger, const BagPlan& plan, const std::stop_token& stop)
      : ledger_(ledger), plan_(plan), stop_(stop), manifest_(plan.bag / "manifest-sha256.txt") {}

  Result<BagReport> run() {
    FMF_TRY(manifest_.open());
    FMF_TRY(make_folder(plan_.bag / "data"));
    FMF_TRY(for_each_row(ledger_, [this](const LedgerRow& row) -> Status {
      if (stop_.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
      return row.fate == Fate::moved && row.stored ? pack(*row.stored) : Status();
    }));
    FMF_TRY(manifest_.publish());
    FMF_TRY(write_file(plan_.bag / "bagit.txt",
                       "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
    FMF_TRY(write_file(plan_.bag / "bag-info.txt", info()));
    FMF_TRY(write_tag_manifest());
    return report_;
  }

 private:
  Status make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail(ErrorKind::internal, "cannot make " + folder.string());
    return {};
  }

  Status pack(const StoredObject& object) {
    const fs::path from = plan_.store / object.key;
    const fs::path to = plan_.bag / "data" / object.key;
    FMF_TRY(make_folder(to.parent_path()));
    std::error_code ignored;
    if (fs::exists(to, ignored)) return packed_before(to, object);
    FileHandle copy;
    const bool linked = !plan_.copy && ::link(from.c_str(), to.c_str()) == 0;
    if (!linked) {
      copy = FileHandle(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!copy.is_open()) return fail(errno_error("cannot create", to));
    }
    FMF_TRY_ASSIGN(const auto sha256, hash_file(from, copy));
    if (sha256 != object.sha256) {
      return fail(
          ErrorKind::corrupt,
          "the object " + object.key + " is not what the ledger says: see `fmferry verify --deep`");
    }
    if (copy.is_open() && ::fsync(copy.get()) != 0) return fail(errno_error("cannot sync", to));
    ++report_.objects;
    report_.bytes += object.length;
    report_.linked += linked ? 1 : 0;
    return manifest_.add(to_hex(sha256) + "  data/" + bag_path(object.key) + "\n");
  }

  // An object that several records share: the bag began empty.
  static Status packed_before(const fs::path& there, const StoredObject& object) {
    FMF_TRY_ASSIGN(const auto sha256, hash_file(there, FileHandle()));
    if (sha256 == object.sha256) return {};
    return fail(ErrorKind::corrupt, "two records say different things of the object " + object.key);
  }

  [[nodiscard]] std::string info() const {
    const std::string day = to_iso8601(SystemClock().wall()).substr(0, 10);
    return "Bag-Software-Agent: " + plan_.software + "\nBagging-Date: " + day +
           "\nPayload-Oxum: " + std::to_string(report_.bytes) + "." +
           std::to_string(report_.objects) + "\nLedger-Head: " + plan_.ledger_head + "\n";
  }

  Status write_tag_manifest() {
    std::vector<std::string> names = plan_.tags;
    for (const char* own : {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}) {
      names.emplace_back(own);
    }
    std::string lines;
    for (const auto& name : names) {
      FMF_TRY_ASSIGN(const auto sha256, hash_file(plan_.bag / name, FileHandle()));
      lines += to_hex(sha256) + "  " + bag_path(name) + "\n";
    }
    return write_file(plan_.bag / "tagmanifest-sha256.txt", lines);
  }

  Ledger& ledger_;
  const BagPlan& plan_;
  const std::stop_token stop_;
  Draft manifest_;
  BagReport report_;
};

}  // namespace

Result<BagReport> make_bag(Ledger& ledger, const BagPlan& plan, const std::stop_token& stop) {
  return Bagger(ledger, plan, stop).run();
}

}  // namespace fmferry
