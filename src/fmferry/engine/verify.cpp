// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/id_ranges.hpp>
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/record_check.hpp>
#include <fmferry/engine/verify.hpp>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 500;

class Verifier {
 public:
  Verifier(const Job& job,
           const VerifyOptions& options,
           const FindingSink& tell,
           const CallContext& context)
      : job_(job), options_(options), tell_(tell), context_(context) {}

  Result<VerifyReport> run() {
    FMF_TRY_ASSIGN(const LedgerCounts counts, job_.ledger.counts());
    report_.ledger_count = counts.present;
    if (options_.ask_source) {
      job_.progress.phase("verify records");
      FMF_TRY(walk_source());
    }
    job_.progress.phase("verify ledger");
    job_.progress.total = counts.present + counts.gone;
    FMF_TRY(walk_ledger());
    job_.progress.phase("verify store");
    job_.progress.total = 0;
    FMF_TRY(look_for_orphans());
    job_.progress.phase("verify catalogue");
    FMF_TRY(look_at_catalogue());
    return report_;
  }

 private:
  // Every record that the source lists, against the ledger's row.
  Status walk_source() {
    FMF_TRY_ASSIGN(report_.source_count, job_.source.count(context_));
    const int limit =
        std::max(2, std::min(job_.settings.page_size, job_.source.capabilities().polite_page));
    for (std::int64_t offset = 1;;) {
      FMF_TRY_ASSIGN(Page page, job_.source.page(offset, limit, context_));
      job_.progress.total = page.found_count;
      const auto count = static_cast<std::int64_t>(page.records.size());
      FMF_TRY(meet(std::move(page.records)));
      if (offset + count > page.found_count || count < 2) break;
      offset += count - 1;  // the last one again: what was deleted meanwhile shifts the list
    }
    if (seen_.size() != report_.source_count) found({.kind = finding::k_count_differs});
    return {};
  }

  Status meet(std::vector<Record> records) {
    std::vector<Subject> subjects;
    for (auto& record : records) {
      const RecordId id = record.record_id;
      if (!seen_.add(id)) continue;
      FMF_TRY_ASSIGN(auto row, row_of(job_.ledger, id));
      if (!row || !row->present) {
        found({.kind = finding::k_source_new, .record_id = id});
        continue;
      }
      subjects.push_back({.row = *std::move(row), .now = std::move(record)});
    }
    return check(subjects);
  }

  // The rows that the listing did not show: records that are gone, or all of them.
  Status walk_ledger() {
    for (RecordId after = 0;;) {
      FMF_TRY_ASSIGN(auto rows, job_.ledger.rows(after, k_rows_a_page));
      if (rows.empty()) return {};
      after = rows.back().seen.record_id;
      std::vector<Subject> subjects;
      for (auto& row : rows) {
        if (!seen_.contains(row.seen.record_id)) subjects.push_back({.row = std::move(row)});
      }
      if (options_.ask_source) {
        FMF_TRY(in_parallel(
            subjects.size(),
            job_.settings.width,
            context_,
            [&](std::size_t at, const CallContext& inner) { return ask(subjects[at], inner); }));
      }
      FMF_TRY(check(subjects));
    }
  }

  // A listing may miss a record while others are deleted, so the source is asked for it by name.
  Status ask(Subject& subject, const CallContext& context) {
    if (!subject.row.present) return {};
    auto now = job_.source.read(subject.row.seen.record_id, context);
    if (now) {
      subject.now = std::move(*now);
    } else if (now.error().kind == ErrorKind::not_found) {
      subject.gone = true;
    } else {
      return fail(std::move(now).error());
    }
    return {};
  }

  Status check(std::vector<Subject>& subjects) {
    const int width = std::max(job_.settings.store_width, job_.settings.width);
    FMF_TRY(in_parallel(
        subjects.size(), width, context_, [&](std::size_t at, const CallContext& inner) {
          ++job_.progress.done;
          return check_one(subjects[at], inner);
        }));
    FMF_TRY(check_catalogue(subjects));
    for (const auto& subject : subjects) settle(subject);
    return {};
  }

  Status check_one(Subject& subject, const CallContext& context) {
    if (subject.row.fate == Fate::moved) return check_moved(job_, options_, subject, context);
    if (subject.gone) subject.found.push_back(finding::k_source_gone);
    if (!subject.row.present) return {};
    if (subject.row.fate == Fate::pending) subject.found.push_back(finding::k_pending);
    const auto& stamp = job_.settings.stamp_field;
    if (subject.now && !stamp.empty() && !subject.now->field(stamp).empty()) {
      subject.found.push_back(finding::k_stamp_unproven);
    }
    return {};
  }

  Status check_catalogue(std::vector<Subject>& subjects) {
    if (job_.catalogue == nullptr) return {};
    std::vector<std::string> ids;
    for (const auto& subject : subjects) {
      if (!subject.row.image_id.empty()) ids.push_back(subject.row.image_id);
    }
    if (ids.empty()) return {};
    FMF_TRY_ASSIGN(const auto images, job_.catalogue->rows(ids));
    std::unordered_map<std::string, const CatalogueRow*> by_id;
    for (const auto& image : images) by_id[image.image_id] = &image;
    for (auto& subject : subjects) {
      const LedgerRow& row = subject.row;
      if (row.image_id.empty() || row.fate != Fate::moved) continue;
      ++report_.rows;
      const auto image = by_id.find(row.image_id);
      if (image == by_id.end()) {
        subject.found.push_back(finding::k_row_missing);
      } else if (image->second->key != row.stored->key ||
                 (image->second->length >= 0 && image->second->length != row.stored->length)) {
        subject.found.push_back(finding::k_row_differs);
      }
    }
    return {};
  }

  void settle(const Subject& subject) {
    const bool moved = subject.row.fate == Fate::moved;
    const std::string key = moved ? subject.row.stored->key : std::string();
    char symbol = '=';
    // The worst one speaks for the record: an error before what is missing before what differs.
    constexpr std::string_view k_worst_last = "=*-!";
    for (const auto& kind : subject.found) {
      found({.kind = kind, .record_id = subject.row.seen.record_id, .key = key});
      if (k_worst_last.find(kind.symbol) > k_worst_last.find(symbol)) symbol = kind.symbol;
    }
    if (!moved) return;
    ++report_.checked;
    report_.hashed += subject.hashed ? 1 : 0;
    report_.reread += subject.reread ? 1 : 0;
    report_.md5s += subject.compared_md5 ? 1 : 0;
    report_.lengths += subject.compared_length ? 1 : 0;
    show(symbol, key);
  }

  // Objects where this job puts its own, which no row of the ledger owns.
  Status look_for_orphans() {
    const std::string prefix = job_.settings.key.fixed_prefix();
    report_.objects = 0;
    std::string token;
    do {
      FMF_TRY_ASSIGN(ListPage page, job_.store.list(prefix, token, context_));
      token = std::move(page.next);
      report_.objects += static_cast<std::int64_t>(page.objects.size());
      job_.progress.done = report_.objects;
      std::vector<std::string> keys;
      for (auto& object : page.objects) {
        if (!is_ours(object.key)) keys.push_back(std::move(object.key));
      }
      FMF_TRY_ASSIGN(const auto owned, job_.ledger.owns(keys));
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (owned[i]) continue;
        show('+', keys[i]);
        found({.kind = finding::k_orphan, .key = std::move(keys[i])});
      }
    } while (!token.empty());
    return {};
  }

  // fmferry's own: the probe's object, the state of an export, a draft of the folder store.
  [[nodiscard]] bool is_ours(const std::string& key) const {
    return key.starts_with(".fmferry/") || key.find("/.fmferry-") != std::string::npos ||
           is_thumbnail(key) || (options_.is_own && options_.is_own(key));
  }

  // What lies where thumbnails are put is nobody's object.
  [[nodiscard]] bool is_thumbnail(const std::string& key) const {
    const std::string place = job_.settings.thumbnail_key.fixed_folder();
    return !place.empty() && key.starts_with(place);
  }

  // Rows that this ledger does not know, in the part of the store that is this job's.
  Status look_at_catalogue() {
    if (job_.catalogue == nullptr) return {};
    const std::string prefix = job_.settings.key.fixed_prefix();
    for (std::string after;;) {
      FMF_TRY_ASSIGN(auto rows, job_.catalogue->rows_after(after, k_rows_a_page));
      if (rows.empty()) return {};
      after = rows.back().image_id;
      std::erase_if(rows, [&prefix](const auto& row) { return !row.key.starts_with(prefix); });
      std::vector<std::string> keys;
      for (const auto& row : rows) keys.push_back(row.key);
      FMF_TRY_ASSIGN(const auto owned, job_.ledger.owns(keys));
      std::vector<CatalogueRow> others;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!owned[i]) others.push_back(std::move(rows[i]));
      }
      FMF_TRY(check_others(others));
    }
  }

  Status check_others(const std::vector<CatalogueRow>& rows) {
    std::vector<char> missing(rows.size(), 0);
    FMF_TRY(in_parallel(rows.size(),
                        job_.settings.store_width,
                        context_,
                        [&](std::size_t at, const CallContext& inner) -> Status {
                          const auto head = job_.store.head(rows[at].key, inner);
                          const bool none = !head && (head.error().kind == ErrorKind::not_found ||
                                                      head.error().kind == ErrorKind::invalid);
                          if (!head && !none) return fail(head.error());
                          missing[at] = none ? 1 : 0;
                          return {};
                        }));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (missing[i] == 0) continue;
      show('-', rows[i].key);
      found({.kind = finding::k_row_without_object,
             .key = rows[i].key,
             .image_id = rows[i].image_id});
    }
    return {};
  }

  void show(char symbol, const std::string& key) {
    if (options_.symbols) options_.symbols(symbol, key);
  }

  void found(const Finding& what) {
    ++report_.findings[std::string(what.kind.name)];
    report_.verdict = std::max(report_.verdict, what.kind.verdict);
    tell_(what);
  }

  const Job& job_;
  const VerifyOptions& options_;
  const FindingSink& tell_;
  const CallContext& context_;
  IdRanges seen_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify(const Job& job,
                            const VerifyOptions& options,
                            const FindingSink& tell,
                            const CallContext& context) {
  return Verifier(job, options, tell, context).run();
}

bool in_sample(RecordId record_id, std::uint64_t seed, double part) {
  if (part >= 1.0) return true;
  // splitmix64: neighbours get unlike numbers.
  std::uint64_t mixed = seed + static_cast<std::uint64_t>(record_id) * 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  return std::ldexp(static_cast<double>(mixed >> 11U), -53) < part;
}

}  // namespace fmferry
