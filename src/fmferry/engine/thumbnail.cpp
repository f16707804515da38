// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/byte_budget.hpp>
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/thumbnail.hpp>
#include <fmferry/engine/work.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/log.hpp>

#include <algorithm>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 500;

// No thumbnail of ours comes near it.
constexpr std::int64_t k_too_large_for_ours = 4 << 20;

Status note_problem(const Job& job, const LedgerRow& row, std::string_view why) {
  return record_step(job,
                     {.record_id = row.seen.record_id,
                      .step = Step::tried,
                      .thumbnail_problem = std::string(why)});
}

// The store failed on this object: its own trouble is the thumbnail's, an outage everybody's.
Status note_store_trouble(const Job& job, const LedgerRow& row, const Error& error) {
  const bool concerns_all =
      error.kind == ErrorKind::cancelled || disposition_of(error) == Disposition::wait_and_retry;
  if (concerns_all) return fail(error);
  log(LogLevel::warning,
      "record " + std::to_string(row.seen.record_id) + " has no thumbnail: " + to_line(error));
  return note_problem(job, row, reason::k_store_failed);
}

std::string key_of(const Job& job, const LedgerRow& row, const Thumbnail& thumbnail) {
  return job.settings.thumbnail_key.make({.id = row.seen.id,
                                          .record_id = row.seen.record_id,
                                          .container = row.stored->field,
                                          .extension = thumbnail.extension,
                                          .sha256 = to_hex(row.stored->sha256)});
}

Result<Receipt> put(const Job& job,
                    const std::string& key,
                    const Thumbnail& thumbnail,
                    const CallContext& context) {
  PutOptions options{.content_type = thumbnail.media_type, .sha256 = sha256(thumbnail.bytes)};
  auto receipt = job.store.put(key, thumbnail.bytes, options, context);
  if (receipt || receipt.error().kind != ErrorKind::conflict) return receipt;
  // One of an earlier run, of other settings, or of a picture that was edited since.
  FMF_TRY_ASSIGN(const ObjectInfo there, job.store.head(key, context));
  if (there.length > k_too_large_for_ours) return receipt;
  options.only_if_absent = false;
  auto replaced = job.store.put(key, thumbnail.bytes, options, context);
  // Another record's, of the same bytes, came in between.
  if (!replaced && replaced.error().kind == ErrorKind::conflict) {
    replaced.error().kind = ErrorKind::in_doubt;
  }
  return replaced;
}

Status note_made(const Job& job,
                 const LedgerRow& row,
                 std::string key,
                 const Thumbnail& thumbnail) {
  StepUpdate update{
      .record_id = row.seen.record_id,
      .step = Step::thumbnail,
      .thumbnail = StoredThumbnail{.key = std::move(key),
                                   .length = static_cast<std::int64_t>(thumbnail.bytes.size()),
                                   .width = thumbnail.width,
                                   .height = thumbnail.height}};
  if (!row.image_id.empty()) update.image_id = std::string();  // the catalogue lacks its key
  return record_step(job, update);
}

Status make_from(const Job& job, const LedgerRow& row, ByteView bytes, const CallContext& context) {
  FMF_TRY_ASSIGN(const ThumbnailAnswer answer,
                 job.thumbnailer->make(bytes, row.stored->media_type, context));
  if (!answer.thumbnail) return note_problem(job, row, answer.problem);
  const Thumbnail& thumbnail = *answer.thumbnail;
  if (static_cast<std::int64_t>(thumbnail.bytes.size()) > job.store.capabilities().part_size) {
    return note_problem(job, row, reason::k_too_large);
  }
  std::string key = key_of(job, row, thumbnail);
  const auto receipt = put(job, key, thumbnail, context);
  if (receipt) return note_made(job, row, std::move(key), thumbnail);
  if (receipt.error().kind == ErrorKind::conflict) {
    return note_problem(job, row, reason::k_key_taken);
  }
  return note_store_trouble(job, row, receipt.error());
}

// Why it is not worth reading the object; empty when it is.
std::string_view hopeless(const Job& job, const LedgerRow& row) {
  if (!job.thumbnailer->takes(row.stored->media_type)) return reason::k_not_a_picture;
  return row.stored->length > job.thumbnailer->largest() ? reason::k_too_large : std::string_view();
}

Result<std::string> read(const Job& job, const StoredObject& object, const CallContext& context) {
  std::string bytes;
  const auto begin = [&]() -> ByteSink {
    bytes.clear();
    return [&](ByteView part) -> Status {
      if (static_cast<std::int64_t>(bytes.size() + part.size()) > object.length) {
        return fail(ErrorKind::corrupt, "the object is longer than it was");
      }
      bytes.append(part);
      return {};
    };
  };
  FMF_TRY(get_patiently(job.store, object.key, begin, context));
  return bytes;
}

Status make_from_store(const Job& job,
                       const LedgerRow& row,
                       ByteBudget& budget,
                       const CallContext& context) {
  if (const auto why = hopeless(job, row); !why.empty()) return note_problem(job, row, why);
  FMF_TRY_ASSIGN(const auto share, budget.take(row.stored->length, context.stop));
  const auto bytes = read(job, *row.stored, context);
  if (!bytes) return note_store_trouble(job, row, bytes.error());
  return make_from(job, row, *bytes, context);
}

}  // namespace

Status make_thumbnail_at_hand(const Job& job,
                              const LedgerRow& row,
                              const Body& body,
                              const CallContext& context) {
  if (job.thumbnailer == nullptr || !body.in_memory()) return {};
  return make_from(job, row, body.bytes(), context);
}

Status remake_lost_thumbnails(const Job& job, const CallContext& context) {
  if (job.thumbnailer == nullptr) return {};
  job.progress.phase("look at thumbnails");
  ByteBudget budget(job.thumbnailer->largest());
  const int width = std::max(job.thumbnailer->lanes(), job.settings.store_width);
  for (RecordId after = 0;;) {
    FMF_TRY_ASSIGN(auto rows, job.ledger.rows(after, k_rows_a_page));
    if (rows.empty()) return {};
    after = rows.back().seen.record_id;
    std::erase_if(rows, [](const LedgerRow& row) {
      return row.fate != Fate::moved || !row.stored || !row.thumbnail;
    });
    FMF_TRY(in_parallel(
        rows.size(), width, context, [&](std::size_t at, const CallContext& inner) -> Status {
          const auto there = job.store.head(rows[at].thumbnail->key, inner);
          if (there) return {};
          if (there.error().kind != ErrorKind::not_found) return fail(there.error());
          return make_from_store(job, rows[at], budget, inner);
        }));
  }
}

Status make_thumbnails(const Job& job, const CallContext& context) {
  if (job.thumbnailer == nullptr) return {};
  job.progress.phase("thumbnails");
  job.progress.total = 0;
  job.progress.done = 0;
  ByteBudget budget(job.thumbnailer->largest());
  // More threads than lanes: some read while others wait for their thumbnails.
  const int width = std::max(job.thumbnailer->lanes(), job.settings.store_width);
  return for_each_due(job,
                      Phase::thumbnail,
                      width,
                      job.settings.limit,
                      context,
                      [&](const LedgerRow& row, const CallContext& inner) {
                        return make_from_store(job, row, budget, inner);
                      });
}

}  // namespace fmferry
