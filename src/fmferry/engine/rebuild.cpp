// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/link.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/rebuild.hpp>
#include <fmferry/foundation/digest.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <unordered_map>

namespace fmferry {
namespace {

// Stands for the extension, which only the bytes tell; no real one looks like this.
constexpr std::string_view k_any_extension = "0anyext0";

struct Found {
  std::string key{};
  std::string field{};
};

// One stamped record that may have been moved.
struct Candidate {
  LedgerRow row{};
  Record now{};
  std::string linked_key{};  // of its row in the catalogue; empty: none
};

class Rebuild {
 public:
  Rebuild(const Job& job, const CallContext& context) : job_(job), context_(context) {}

  Result<RebuildReport> run() {
    FMF_TRY_ASSIGN(const WalkResult walk, take_inventory(job_, context_));
    FMF_TRY(list_objects());
    job_.progress.phase("rebuild");
    job_.progress.total = walk.seen;
    job_.progress.done = 0;
    FMF_TRY(look_at_records());
    RebuildReport report{.records = walk.seen,
                         .moved = moved_,
                         .linked = linked_,
                         .open = open_,
                         .lost = lost_,
                         .ambiguous = ambiguous_};
    FMF_TRY(job_.ledger.note_run("rebuilt from the source, the store and the catalogue"));
    return report;
  }

 private:
  Status list_objects() {
    job_.progress.phase("list objects");
    const std::string prefix = job_.settings.key.fixed_prefix();
    std::string token;
    do {
      FMF_TRY_ASSIGN(ListPage page, job_.store.list(prefix, token, context_));
      for (auto& object : page.objects) keys_.push_back(std::move(object.key));
      token = std::move(page.next);
    } while (!token.empty());
    std::ranges::sort(keys_);
    return {};
  }

  // What this listing misses stays pending, and a run looks at it.
  Status look_at_records() {
    const int limit =
        std::max(2, std::min(job_.settings.page_size, job_.source.capabilities().polite_page));
    for (std::int64_t offset = 1;;) {
      FMF_TRY_ASSIGN(Page page, job_.source.page(offset, limit, context_));
      const auto count = static_cast<std::int64_t>(page.records.size());
      FMF_TRY(look_at(std::move(page.records)));
      if (count == 0 || offset + count > page.found_count) return {};
      offset += count;
    }
  }

  Status look_at(std::vector<Record> records) {
    std::vector<Candidate> candidates;
    for (auto& record : records) {
      ++job_.progress.done;
      FMF_TRY_ASSIGN(auto row, row_of(job_.ledger, record.record_id));
      if (!row || row->fate != Fate::pending) continue;
      if (record.field(job_.settings.stamp_field).empty()) {
        ++open_;
        continue;
      }
      candidates.push_back({.row = *std::move(row), .now = std::move(record)});
    }
    FMF_TRY(ask_catalogue(candidates));
    return in_parallel(
        candidates.size(),
        job_.settings.store_width,
        context_,
        [&](std::size_t at, const CallContext& inner) { return recognise(candidates[at], inner); });
  }

  Status ask_catalogue(std::vector<Candidate>& candidates) {
    if (job_.catalogue == nullptr) return {};
    std::vector<std::string> ids;
    for (const auto& candidate : candidates) ids.push_back(image_id(candidate));
    FMF_TRY_ASSIGN(const auto rows, job_.catalogue->rows(ids));
    std::unordered_map<std::string, std::string> keys;
    for (const auto& row : rows) keys[row.image_id] = row.key;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (const auto row = keys.find(ids[i]); row != keys.end()) {
        candidates[i].linked_key = row->second;
      }
    }
    return {};
  }

  [[nodiscard]] std::string image_id(const Candidate& candidate) const {
    return image_id_of(job_.source.identity(), candidate.now.record_id);
  }

  Status recognise(const Candidate& candidate, const CallContext& context) {
    if (job_.settings.key.uses_sha256()) {
      ++ambiguous_;  // its name tells the bytes, and not whose they are
      return {};
    }
    auto found = objects_of(candidate);
    if (found.size() > 1) {
      // Of an earlier picture and the present one, the catalogue has the present one.
      std::erase_if(found, [&](const Found& one) { return one.key != candidate.linked_key; });
      if (found.size() != 1) ++ambiguous_;
    } else if (found.empty()) {
      ++lost_;
    }
    if (found.size() != 1) return {};
    FMF_TRY_ASSIGN(const StoredObject object, read(found.front(), context));
    ++moved_;
    const RecordId id = candidate.now.record_id;
    std::vector<StepUpdate> steps;
    steps.push_back({.record_id = id,
                     .step = Step::stored,
                     .fate = Fate::moved,
                     .reason = std::string(),
                     .choice = object.field,
                     .mod_id = candidate.now.mod_id,
                     .stored = object});
    const auto stamp =
        moment_of(candidate.now.field(job_.settings.stamp_field), job_.settings.zone);
    steps.push_back({.record_id = id,
                     .step = Step::stamped,
                     .stamped_at = to_iso8601(stamp.value_or(job_.clock.wall()))});
    if (candidate.linked_key == object.key) {
      ++linked_;
      steps.push_back({.record_id = id, .step = Step::linked, .image_id = image_id(candidate)});
    }
    return job_.ledger.record(steps);
  }

  // The objects that the key template could have made for this record.
  [[nodiscard]] std::vector<Found> objects_of(const Candidate& candidate) const {
    std::vector<Found> found;
    for (const auto& field : fields_of(candidate)) {
      const std::string any = job_.settings.key.make({.id = candidate.row.seen.id,
                                                      .record_id = candidate.now.record_id,
                                                      .container = field,
                                                      .extension = std::string(k_any_extension)});
      const auto at = any.find(k_any_extension);
      const std::string before = any.substr(0, at);
      const std::string after =
          at == std::string::npos ? std::string() : any.substr(at + k_any_extension.size());
      for (auto key = std::ranges::lower_bound(keys_, before);
           key != keys_.end() && key->starts_with(before);
           ++key) {
        const bool exact = at == std::string::npos && *key == any;
        if (exact || (at != std::string::npos && is_extension(*key, before, after))) {
          found.push_back({.key = *key, .field = field});
        }
      }
      if (!job_.settings.key.uses_container()) break;
    }
    return found;
  }

  static bool is_extension(const std::string& key,
                           const std::string& before,
                           const std::string& after) {
    if (key.size() <= before.size() + after.size() || !key.ends_with(after)) return false;
    const auto middle =
        std::string_view(key).substr(before.size(), key.size() - before.size() - after.size());
    return std::ranges::all_of(
        middle, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  }

  // The mark names the container; without one it is the first that holds a file.
  [[nodiscard]] std::vector<std::string> fields_of(const Candidate& candidate) const {
    const std::string& mark = candidate.now.field(job_.settings.mark_field);
    const auto& all = job_.settings.containers;
    if (std::ranges::find(all, mark) != all.end()) return {mark};
    std::vector<std::string> fields;
    for (const auto* container : candidates(candidate.now, all)) fields.push_back(container->field);
    return fields;
  }

  Result<StoredObject> read(const Found& found, const CallContext& context) const {
    std::unique_ptr<ContentInspector> inspector;
    std::optional<Hasher> hasher;
    std::int64_t length = 0;
    const auto begin = [&]() -> ByteSink {
      inspector = job_.inspectors.open();
      hasher.emplace();
      length = 0;
      return [&](ByteView bytes) -> Status {
        hasher->update(bytes);
        inspector->update(bytes);
        length += static_cast<std::int64_t>(bytes.size());
        return {};
      };
    };
    FMF_TRY_ASSIGN(const ObjectInfo info, get_patiently(job_.store, found.key, begin, context));
    const Inspection inspection = inspector->finish();
    return StoredObject{.field = found.field,
                        .key = found.key,
                        .length = length,
                        .sha256 = hasher->finish(),
                        .media_type = inspection.media_type,
                        .width = inspection.width,
                        .height = inspection.height,
                        .orientation = inspection.orientation,
                        .taken = inspection.taken,
                        .pages = inspection.pages,
                        .etag = info.etag,
                        .proof = std::string(name_of(Proof::read_back))};
  }

  const Job& job_;
  const CallContext& context_;
  std::vector<std::string> keys_;  // of all objects, sorted
  std::atomic<std::int64_t> moved_{0};
  std::atomic<std::int64_t> linked_{0};
  std::atomic<std::int64_t> open_{0};
  std::atomic<std::int64_t> lost_{0};
  std::atomic<std::int64_t> ambiguous_{0};
};

}  // namespace

Result<RebuildReport> rebuild_ledger(const Job& job, const CallContext& context) {
  return Rebuild(job, context).run();
}

}  // namespace fmferry
