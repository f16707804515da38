// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/link.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <functional>
#include <set>

namespace fmferry {
namespace {

// The namespace of all ids that fmferry makes; a random UUID, fixed for good.
constexpr std::string_view k_id_space = "8c1f0c54-6f0e-4b35-9a55-3d2f7d0a9e11";

std::string base_name(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

ParentKeys keys_of(const JobSettings& settings, const LedgerRow& row) {
  if (settings.parent_fields.empty()) return {row.seen.parent};
  ParentKeys keys;
  for (const std::string& field : settings.parent_fields) {
    const auto known = row.seen.fields.find(field);
    if (field == settings.parent_field) {
      keys.push_back(row.seen.parent);
    } else {
      keys.push_back(known == row.seen.fields.end() ? std::string() : known->second);
    }
  }
  return keys;
}

std::string first_told(const ParentKeys& keys) {
  const auto told = std::ranges::find_if(keys, [](const auto& key) { return !key.empty(); });
  return told == keys.end() ? std::string() : *told;
}

// A record with the parent that was found for it.
struct Linkable {
  LedgerRow row{};
  ImageRow image{};
};

// Some records, sorted into those that have a parent and those that have none.
struct Sorted {
  std::vector<Linkable> linkable{};
  std::vector<LedgerRow> parentless{};
};

ImageRow image_row(const LedgerRow& row, const std::string& identity) {
  const StoredObject& object = *row.stored;
  ImageRow image{.image_id = image_id_of(identity, row.seen.record_id),
                 .day = row.seen.day,
                 .key = object.key,
                 .original_name = base_name(object.key),
                 .length = object.length,
                 .media_type = object.media_type,
                 .width = object.width,
                 .height = object.height,
                 .category = row.seen.category,
                 .sha256 = to_hex(object.sha256),
                 .orientation = object.orientation,
                 .taken = object.taken,
                 .pages = object.pages,
                 .container = object.field,
                 .record_id = row.seen.record_id,
                 .fields = row.seen.fields,
                 .source_id = row.seen.id};
  if (row.thumbnail) {
    image.thumbnail_key = row.thumbnail->key;
    image.thumbnail_length = row.thumbnail->length;
  }
  return image;
}

Result<Sorted> sort_by_parent(const Job& job,
                              const std::string& identity,
                              const std::vector<LedgerRow>& rows) {
  std::vector<ParentKeys> keys;
  for (const auto& row : rows) keys.push_back(keys_of(job.settings, row));
  FMF_TRY_ASSIGN(const auto parents, job.catalogue->parents(keys));
  Sorted sorted;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (!parents[at]) {
      sorted.parentless.push_back(rows[at]);
      continue;
    }
    ImageRow image = image_row(rows[at], identity);
    image.parent_id = *parents[at];
    image.parent_key = first_told(keys[at]);
    sorted.linkable.push_back({.row = rows[at], .image = std::move(image)});
  }
  return sorted;
}

// The reason code that goes with the catalogue's refusal of one row; empty: it is no such thing.
std::string refusal_of(const Error& error) {
  if (error.kind == ErrorKind::conflict) return std::string(reason::k_catalogue_conflict);
  if (error.kind == ErrorKind::corrupt) return std::string(reason::k_catalogue_misfit);
  return {};
}

void add(UpsertCounts& total, const UpsertCounts& more) {
  total.inserted += more.inserted;
  total.changed += more.changed;
  total.unchanged += more.unchanged;
  total.groups_inserted += more.groups_inserted;
  total.groups_changed += more.groups_changed;
}

// All rows in one call; when one of them is refused, each on its own, to find out which.
Status one_by_one_if_refused(
    const std::vector<Linkable>& rows,
    const std::function<Status(std::span<const ImageRow>)>& call,
    const std::function<void(const Linkable&, const std::string& why)>& refuse) {
  if (rows.empty()) return {};
  std::vector<ImageRow> images;
  for (const Linkable& one : rows) images.push_back(one.image);
  const Status together = call(images);
  if (together || refusal_of(together.error()).empty()) return together;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const Status alone = call(std::span(&images[at], 1));
    if (alone) continue;
    const std::string why = refusal_of(alone.error());
    if (why.empty()) return alone;
    refuse(rows[at], why);
  }
  return {};
}

// A record that comes from elsewhere than the rest, from the server and not from its copy, keeps
// its id.
Result<std::string> identity_of(const Job& job) {
  FMF_TRY_ASSIGN(std::string identity, job.ledger.kept(Fact::source));
  if (identity.empty()) identity = job.source.identity();
  return identity;
}

class Linker {
 public:
  Linker(const Job& job, std::string identity) : job_(job), identity_(std::move(identity)) {}

  Status link(const std::vector<LedgerRow>& rows) {
    FMF_TRY_ASSIGN(const Sorted sorted, sort_by_parent(job_, identity_, rows));
    std::vector<StepUpdate> updates;
    for (const auto& row : sorted.parentless) {
      note_problem(row, std::string(reason::k_no_parent), updates);
    }
    report_.parentless += static_cast<std::int64_t>(sorted.parentless.size());
    std::set<RecordId> refused;
    FMF_TRY(one_by_one_if_refused(
        sorted.linkable,
        [this](std::span<const ImageRow> images) -> Status {
          FMF_TRY_ASSIGN(const UpsertCounts counts, job_.catalogue->upsert(images));
          add(report_.written, counts);
          return {};
        },
        [&](const Linkable& one, const std::string& why) {
          refused.insert(one.row.seen.record_id);
          note_problem(one.row, why, updates);
        }));
    report_.refused += static_cast<std::int64_t>(refused.size());
    for (const Linkable& one : sorted.linkable) {
      if (!refused.contains(one.row.seen.record_id)) note_linked(one, updates);
    }
    report_.records += static_cast<std::int64_t>(rows.size());
    if (updates.empty()) return {};
    return job_.ledger.record(updates);
  }

  [[nodiscard]] const RelinkReport& report() const { return report_; }

 private:
  // What the ledger says already is no step.
  void note_linked(const Linkable& one, std::vector<StepUpdate>& updates) {
    const ImageRow& image = one.image;
    if (one.row.image_id == image.image_id && one.row.parent_id == image.parent_id) return;
    ++report_.relinked;
    updates.push_back({.record_id = one.row.seen.record_id,
                       .step = Step::linked,
                       .image_id = image.image_id,
                       .parent_id = image.parent_id,
                       .link_problem = std::string()});
  }

  void note_problem(const LedgerRow& row,
                    const std::string& why,
                    std::vector<StepUpdate>& updates) {
    ++job_.progress.troubled;
    if (row.image_id.empty() && row.link_problem == why) return;
    updates.push_back({.record_id = row.seen.record_id,
                       .step = Step::tried,
                       .image_id = std::string(),
                       .parent_id = std::string(),
                       .link_problem = why});
  }

  const Job& job_;
  const std::string identity_;
  RelinkReport report_{};
};

// Shows due records batch by batch, as many as the job's limit allows.
Status for_each_due(const Job& job,
                    const CallContext& context,
                    const std::function<Status(const std::vector<LedgerRow>&)>& take) {
  FMF_TRY_ASSIGN(const std::int64_t due, job.ledger.due_count(Phase::link));
  const std::int64_t limit = job.settings.limit;
  job.progress.total = limit > 0 ? std::min(limit, due) : due;
  RecordId after = 0;
  for (std::int64_t taken = 0; !context.stop.stop_requested();) {
    auto batch = job.settings.link_batch;
    if (limit > 0) batch = static_cast<int>(std::min<std::int64_t>(batch, limit - taken));
    if (batch == 0) return {};
    FMF_TRY_ASSIGN(const auto rows, job.ledger.due(Phase::link, after, batch));
    if (rows.empty()) return {};
    FMF_TRY(take(rows));
    after = rows.back().seen.record_id;
    taken += static_cast<std::int64_t>(rows.size());
    job.progress.done = taken;
  }
  return fail(ErrorKind::cancelled, "interrupted");
}

}  // namespace

std::string image_id_of(const std::string& source_identity, RecordId record_id) {
  return uuid_v5(k_id_space, "image|" + source_identity + "|" + std::to_string(record_id));
}

Status link_records(const Job& job, const CallContext& context) {
  if (job.catalogue == nullptr) return {};
  job.progress.phase("link");
  FMF_TRY_ASSIGN(std::string identity, identity_of(job));
  Linker linker(job, std::move(identity));
  return for_each_due(
      job, context, [&linker](const std::vector<LedgerRow>& rows) { return linker.link(rows); });
}

Result<RelinkReport> relink_records(const Job& job, const CallContext& context) {
  job.progress.phase("relink");
  FMF_TRY_ASSIGN(std::string identity, identity_of(job));
  Linker linker(job, std::move(identity));
  RecordId after = 0;
  while (!context.stop.stop_requested()) {
    FMF_TRY_ASSIGN(auto rows, job.ledger.rows(after, job.settings.link_batch));
    if (rows.empty()) return linker.report();
    after = rows.back().seen.record_id;
    std::erase_if(rows, [](const LedgerRow& row) {
      return !row.present || row.fate != Fate::moved || !row.stored;
    });
    FMF_TRY(linker.link(rows));
    job.progress.done = linker.report().records;
  }
  return fail(ErrorKind::cancelled, "interrupted");
}

Result<LinkPlan> plan_links(const Job& job, int rows_shown, const CallContext& context) {
  job.progress.phase("link plan");
  FMF_TRY_ASSIGN(const std::string identity, identity_of(job));
  LinkPlan plan;
  std::set<std::string> groups;
  const auto rehearse = [&](std::span<const ImageRow> images) -> Status {
    FMF_TRY_ASSIGN(Rehearsal rehearsal, job.catalogue->rehearse(images));
    add(plan.counts, rehearsal.counts);
    groups.insert(rehearsal.new_groups.begin(), rehearsal.new_groups.end());
    for (auto& row : rehearsal.rows) {
      const auto shown = std::ranges::count(plan.rows, row.table, &PlannedRow::table);
      if (shown < rows_shown) plan.rows.push_back(std::move(row));
    }
    return {};
  };
  FMF_TRY(for_each_due(job, context, [&](const std::vector<LedgerRow>& rows) -> Status {
    FMF_TRY_ASSIGN(const Sorted sorted, sort_by_parent(job, identity, rows));
    for (const auto& row : sorted.parentless) plan.parentless.push_back(row.seen.record_id);
    return one_by_one_if_refused(
        sorted.linkable, rehearse, [&plan](const Linkable& one, const std::string&) {
          plan.refused.push_back(one.row.seen.record_id);
        });
  }));
  plan.counts.groups_inserted = static_cast<std::int64_t>(groups.size());
  return plan;
}

}  // namespace fmferry
