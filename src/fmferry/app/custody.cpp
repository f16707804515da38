// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/custody.hpp>
#include <fmferry/app/draft.hpp>
#include <fmferry/app/manifest.hpp>
#include <fmferry/app/manifest_json.hpp>
#include <fmferry/app/scratch_ledger.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/audit_lines.hpp>

#include <memory>

namespace fmferry {
namespace {

namespace fs = std::filesystem;

Status prepare_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && (!fs::is_directory(folder, error) || !fs::is_empty(folder))) {
    return fail(ErrorKind::invalid,
                folder.string() + " is there already and not empty: name a new folder");
  }
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorKind::internal, "cannot make " + folder.string());
  return {};
}

// One moment of the ledger, which a run may go on writing.
struct Snapshot {
  fs::path folder{};
  std::unique_ptr<Ledger> ledger{};

  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  ~Snapshot() {
    ledger.reset();
    std::error_code ignored;
    if (!folder.empty()) fs::remove_all(folder, ignored);
  }

  [[nodiscard]] fs::path file() const { return folder / "fmferry.db"; }

  Status take(const fs::path& from) {
    FMF_TRY_ASSIGN(folder, make_temporary_folder());
    FMF_TRY(copy_ledger(from, file()));
    FMF_TRY_ASSIGN(ledger, SqliteLedger::open_read_only(file(), std::make_shared<SystemClock>()));
    return {};
  }
};

}  // namespace

Result<CustodyReport> export_custody(const Config& config,
                                     const CustodyWish& wish,
                                     const std::stop_token& stop) {
  if (wish.bag && config.store.url.starts_with("s3://")) {
    return fail(ErrorKind::invalid,
                "--bag takes the objects of a folder store; those of S3 stay where they are");
  }
  FMF_TRY(prepare_folder(wish.to));
  Snapshot snapshot;
  FMF_TRY(snapshot.take(config.ledger()));
  Draft audit(wish.to / "audit.jsonl");
  FMF_TRY(audit.open());
  FMF_TRY_ASSIGN(const auto end, write_audit_lines(snapshot.file(), [&audit](ByteView line) {
                   return audit.add(line);
                 }));
  FMF_TRY(audit.publish());
  FMF_TRY(write_manifest(*snapshot.ledger, wish.to));
  FMF_TRY(write_manifest_json(*snapshot.ledger, wish.to / "manifest.json"));
  FMF_TRY_ASSIGN(const auto counts, snapshot.ledger->counts());
  CustodyReport report{
      .events = end.events, .records = counts.present + counts.gone, .head = end.head};
  if (!wish.bag) return report;
  const BagPlan plan{.store = config.folder / config.store.url,
                     .bag = wish.to,
                     .copy = wish.copy,
                     .tags = {"audit.jsonl", "manifest.csv", "manifest.json", "SHA256SUMS"},
                     .ledger_head = end.head,
                     .software = "fmferry " FMF_VERSION};
  FMF_TRY_ASSIGN(report.bag, make_bag(*snapshot.ledger, plan, stop));
  return report;
}

}  // namespace fmferry
