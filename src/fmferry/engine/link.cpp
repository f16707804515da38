// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/link.hpp>
#include <fmferry/foundation/digest.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// The namespace of all ids that fmferry makes; a random UUID, fixed for good.
constexpr std::string_view k_id_space = "8c1f0c54-6f0e-4b35-9a55-3d2f7d0a9e11";

std::string base_name(const std::string& key) {
  return key.substr(key.rfind('/') + 1);
}

ImageRow image_row(const LedgerRow& row, const std::string& identity, std::string parent_id) {
  const StoredObject& object = *row.stored;
  const StoredThumbnail thumbnail = row.thumbnail.value_or(StoredThumbnail{});
  return {.image_id = image_id_of(identity, row.seen.record_id),
          .parent_id = std::move(parent_id),
          .day = row.seen.day,
          .key = object.key,
          .original_name = base_name(object.key),
          .length = object.length,
          .media_type = object.media_type,
          .width = object.width,
          .height = object.height,
          .category = row.seen.category,
          .thumbnail_key = thumbnail.key,
          .thumbnail_length = thumbnail.length,
          .source_id = row.seen.id};
}

class Linker {
 public:
  Linker(const Job& job, std::string identity) : job_(job), identity_(std::move(identity)) {}

  Status link(const std::vector<LedgerRow>& rows) {
    std::vector<std::string> wanted;
    for (const auto& row : rows) wanted.push_back(row.seen.parent);
    std::ranges::sort(wanted);
    // Not std::ranges::unique: clang 14 can't read libstdc++ 12's subrange.
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    FMF_TRY_ASSIGN(const auto parents, job_.catalogue->parents(wanted));

    std::vector<ImageRow> images;
    std::vector<StepUpdate> updates;
    for (const auto& row : rows) {
      const auto parent = parents.find(row.seen.parent);
      StepUpdate update{.record_id = row.seen.record_id, .step = Step::linked};
      if (parent == parents.end()) {
        update.step = Step::tried;
        update.link_problem = reason::k_no_parent;
        ++job_.progress.troubled;
      } else {
        images.push_back(image_row(row, identity_, parent->second));
        update.image_id = images.back().image_id;
      }
      updates.push_back(std::move(update));
    }
    FMF_TRY(upsert(images, updates));
    return job_.ledger.record(updates);
  }

 private:
  // One transaction for all; when one of them is refused, each on its own, to find out which.
  Status upsert(const std::vector<ImageRow>& images, std::vector<StepUpdate>& updates) {
    if (images.empty()) return {};
    const auto together = job_.catalogue->upsert(images);
    if (together) return {};
    if (together.error().kind != ErrorKind::conflict) return fail(together.error());
    for (const auto& image : images) {
      const auto alone = job_.catalogue->upsert(std::span(&image, 1));
      if (alone) continue;
      if (alone.error().kind != ErrorKind::conflict) return fail(alone.error());
      const auto refused = std::ranges::find_if(updates, [&image](const StepUpdate& update) {
        return update.image_id == image.image_id;
      });
      refused->step = Step::tried;
      refused->image_id.reset();
      refused->link_problem = reason::k_catalogue_conflict;
      ++job_.progress.troubled;
    }
    return {};
  }

  const Job& job_;
  const std::string identity_;
};

}  // namespace

std::string image_id_of(const std::string& source_identity, RecordId record_id) {
  return uuid_v5(k_id_space, "image|" + source_identity + "|" + std::to_string(record_id));
}

Status link_records(const Job& job, const CallContext& context) {
  if (job.catalogue == nullptr) return {};
  job.progress.phase("link");
  FMF_TRY_ASSIGN(const std::int64_t due, job.ledger.due_count(Phase::link));
  const std::int64_t limit = job.settings.limit;
  job.progress.total = limit > 0 ? std::min(limit, due) : due;
  // A record that comes from elsewhere than the rest, from the server and not from its copy, keeps
  // its id.
  FMF_TRY_ASSIGN(std::string identity, job.ledger.kept(Fact::source));
  if (identity.empty()) identity = job.source.identity();
  Linker linker(job, std::move(identity));
  RecordId after = 0;
  for (std::int64_t taken = 0; !context.stop.stop_requested();) {
    auto batch = job.settings.link_batch;
    if (limit > 0) batch = static_cast<int>(std::min<std::int64_t>(batch, limit - taken));
    if (batch == 0) return {};
    FMF_TRY_ASSIGN(const auto rows, job.ledger.due(Phase::link, after, batch));
    if (rows.empty()) return {};
    FMF_TRY(linker.link(rows));
    after = rows.back().seen.record_id;
    taken += static_cast<std::int64_t>(rows.size());
    job.progress.done = taken;
  }
  return fail(ErrorKind::cancelled, "interrupted");
}

}  // namespace fmferry
