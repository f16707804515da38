// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/verify.hpp>
#include <fmferry/engine/work.hpp>

#include <mutex>
#include <thread>
#include <unordered_map>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 500;

class Verifier {
 public:
  Verifier(const Job& job, const VerifyOptions& options, const FindingSink& tell)
      : job_(job), options_(options), tell_(tell) {}

  Result<VerifyReport> run(const CallContext& context) {
    FMF_TRY_ASSIGN(const LedgerCounts counts, job_.ledger.counts());
    job_.progress.phase(options_.deep ? "verify --deep" : "verify");
    job_.progress.total = counts.fates.at(Fate::moved) + counts.gone_moved;
    report_.ledger_count = counts.present;
    if (options_.ask_source) {
      FMF_TRY_ASSIGN(report_.source_count, job_.source.count(context));
      if (report_.source_count != counts.present) found(0, "count_differs");
    }
    RecordId after = 0;
    while (true) {
      FMF_TRY_ASSIGN(const auto rows, job_.ledger.rows(after, k_rows_a_page));
      if (rows.empty()) return report_;
      after = rows.back().seen.record_id;
      FMF_TRY(check_objects(rows, context));
      FMF_TRY(check_catalogue(rows));
    }
  }

 private:
  void found(RecordId record_id, std::string_view kind) {
    const std::scoped_lock lock(mutex_);
    ++report_.findings[std::string(kind)];
    tell_(record_id, kind);
  }

  Status check_objects(const std::vector<LedgerRow>& rows, const CallContext& context) {
    Group group(context.stop);
    const CallContext inner{.stop = group.token(), .deadline = context.deadline};
    std::atomic<std::size_t> next{0};
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < job_.settings.store_width; ++i) {
        workers.emplace_back([&] {
          while (true) {
            const std::size_t at = next++;
            if (at >= rows.size()) return;
            if (rows[at].fate != Fate::moved) continue;
            if (!group.carry_on(check_object(rows[at], inner))) return;
          }
        });
      }
    }
    return group.result();
  }

  Status check_object(const LedgerRow& row, const CallContext& context) {
    const StoredObject& object = *row.stored;
    const auto head = job_.store.head(object.key, context);
    if (!head && head.error().kind != ErrorKind::not_found) return fail(head.error());
    std::string there = head ? head->sha256 : std::string();
    std::string_view finding;
    if (!head) {
      finding = "object_missing";
    } else if (head->length != object.length) {
      finding = "object_length";
    } else if (options_.deep) {
      auto hash = read_back_patiently(job_.store, object.key, context);
      const bool unreadable = !hash && disposition_of(hash.error()) == Disposition::retry;
      if (!hash && !unreadable) return fail(std::move(hash).error());
      there = hash.value_or("unreadable");
    }
    if (finding.empty() && !there.empty() && there != object.sha256) finding = "object_hash";
    {
      const std::scoped_lock lock(mutex_);
      ++report_.checked;
      if (!there.empty()) ++report_.hashed;
    }
    ++job_.progress.done;
    if (!finding.empty()) found(row.seen.record_id, finding);
    return {};
  }

  Status check_catalogue(const std::vector<LedgerRow>& rows) {
    if (job_.catalogue == nullptr) return {};
    std::vector<std::string> ids;
    for (const auto& row : rows) {
      if (!row.image_id.empty()) ids.push_back(row.image_id);
    }
    if (ids.empty()) return {};
    FMF_TRY_ASSIGN(const auto images, job_.catalogue->rows(ids));
    std::unordered_map<std::string, const CatalogueRow*> by_id;
    for (const auto& image : images) by_id[image.image_id] = &image;
    for (const auto& row : rows) {
      if (row.image_id.empty() || row.fate != Fate::moved) continue;
      ++report_.rows;
      const auto image = by_id.find(row.image_id);
      if (image == by_id.end()) {
        found(row.seen.record_id, "row_missing");
      } else if (image->second->key != row.stored->key ||
                 image->second->length != row.stored->length) {
        found(row.seen.record_id, "row_differs");
      }
    }
    return {};
  }

  const Job& job_;
  const VerifyOptions& options_;
  const FindingSink& tell_;
  std::mutex mutex_;
  VerifyReport report_;  // guarded by mutex_ while workers run
};

}  // namespace

Result<VerifyReport> verify(const Job& job,
                            const VerifyOptions& options,
                            const FindingSink& tell,
                            const CallContext& context) {
  return Verifier(job, options, tell).run(context);
}

}  // namespace fmferry
