// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/file_name.hpp>
#include <fmferry/filemaker/fmp12/fmp12_source.hpp>
#include <fmferry/filemaker/fmp12/listing.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace fmferry {

using fmp12::Table;

struct Fmp12Source::Parts {
  std::shared_ptr<const fmp12::Database> database;
  std::unique_ptr<fmp12::Listing> listing;
  std::string identity;
  std::atomic<bool> closed{false};
  std::mutex mutex;
  bool surveyed{false};  // guarded by mutex while it is false; then nothing changes any more
  fmp12::Surveys surveys{};

  Status may_go_on(const CallContext& context) const {
    if (closed) return fail(ErrorKind::invalid, "the source was closed");
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
    if (context.deadline && std::chrono::steady_clock::now() > *context.deadline) {
      return fail(ErrorKind::cancelled, "the time is over");
    }
    return {};
  }

  // Nothing is listed before all records were compared with the file's own lists.
  Status survey(const CallContext& context) {
    FMF_TRY(may_go_on(context));
    const std::scoped_lock lock(mutex);
    if (surveyed) return {};
    fmp12::Surveys found;
    for (const Table* table : listing->tables()) {
      FMF_TRY_ASSIGN(found[table->id], fmp12::survey(*database, *table, [&](std::int64_t) {
                       return may_go_on(context);
                     }));
    }
    surveys = std::move(found);
    surveyed = true;
    return {};
  }

  [[nodiscard]] const Table* table(std::uint32_t id) const {
    const auto tables = listing->tables();
    const auto at = std::ranges::find(tables, id, &Table::id);
    return at != tables.end() ? *at : nullptr;
  }
};

Fmp12Source::Fmp12Source(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Fmp12Source::~Fmp12Source() = default;

Result<std::unique_ptr<Fmp12Source>> Fmp12Source::open(
    std::shared_ptr<const fmp12::Database> database, Fmp12Options options) {
  auto parts = std::make_unique<Parts>();
  parts->identity = options.identity;
  if (parts->identity.empty()) {
    parts->identity = "fmp12:" + database->facts().name + "/" + options.table;
  }
  if (options.table.empty()) {
    FMF_TRY_ASSIGN(parts->listing, fmp12::list_every_container(database, options.only_tables));
  } else {
    FMF_TRY_ASSIGN(
        parts->listing,
        fmp12::list_table(
            database,
            {.table = options.table, .fields = options.fields, .containers = options.containers}));
  }
  parts->database = std::move(database);
  return std::unique_ptr<Fmp12Source>(new Fmp12Source(std::move(parts)));
}

SourceCapabilities Fmp12Source::capabilities() const {
  return {.write_back = false, .file_names = true, .settled = true, .polite_page = 1000};
}

std::string Fmp12Source::identity() const {
  return parts_->identity;
}

Status Fmp12Source::check(const CallContext& context) {
  return parts_->survey(context);
}

Result<std::int64_t> Fmp12Source::count(const CallContext& context) {
  FMF_TRY(parts_->survey(context));
  return parts_->listing->count(parts_->surveys);
}

Result<Page> Fmp12Source::page(std::int64_t offset, int limit, const CallContext& context) {
  if (offset < 1 || limit < 1) return fail(ErrorKind::invalid, "there is no such page");
  FMF_TRY_ASSIGN(const std::int64_t found_count, count(context));
  Page page{.offset = offset, .found_count = found_count};
  if (offset > found_count) return page;
  FMF_TRY_ASSIGN(page.records, parts_->listing->page(parts_->surveys, offset, limit));
  return page;
}

Result<Record> Fmp12Source::read(RecordId record_id, const CallContext& context) {
  FMF_TRY(parts_->may_go_on(context));
  return parts_->listing->read(record_id);
}

Result<ContainerInfo> Fmp12Source::fetch(const Record&,
                                         const Container& container,
                                         const ByteSink& sink,
                                         const CallContext& context) {
  if (container.state == ContainerState::empty) {
    return fail(ErrorKind::not_found, "the container is empty");
  }
  FMF_TRY(parts_->survey(context));
  const auto handle = fmp12::from_handle(container.handle);
  const Table* table = handle ? parts_->table(handle->table) : nullptr;
  if (table == nullptr) {
    return fail(
        Error{.kind = ErrorKind::corrupt,
              .what = "the container holds no file: only a reference to one, or something unknown",
              .origin_code = k_holds_no_file});
  }
  FMF_TRY_ASSIGN(const fmp12::ContainerObject object,
                 parts_->database->object(*table, handle->key));
  // More values than FileMaker counted: one of them must have been damaged into this one's name.
  if (parts_->surveys.at(table->id).uses_of(object.key) > object.references) {
    return fail(ErrorKind::corrupt, "more records name this object than FileMaker counted");
  }
  if (!object.main) return fail(ErrorKind::corrupt, "the container object has no file in it");
  const std::int64_t length = object.streams[*object.main].length;
  if (context.on_length) context.on_length(length, length);
  FMF_TRY(parts_->database->stream(*table, object, [&](ByteView bytes) -> Status {
    FMF_TRY(parts_->may_go_on(context));
    return sink(bytes);
  }));
  return ContainerInfo{.length = object.streams[*object.main].length,
                       .file_name = fmp12::safe_file_name(object.file_name),
                       .alternatives = object.alternatives(),
                       .verified = true};
}

std::optional<std::int64_t> Fmp12Source::length_of(const Container& container) const {
  const auto handle = fmp12::from_handle(container.handle);
  const Table* table = handle ? parts_->table(handle->table) : nullptr;
  if (table == nullptr) return std::nullopt;
  const auto object = parts_->database->object(*table, handle->key);
  if (!object || !object->main) return std::nullopt;
  return object->streams[*object->main].length;
}

Result<std::int64_t> Fmp12Source::write(RecordId,
                                        const FieldUpdates&,
                                        std::optional<std::int64_t>,
                                        const CallContext&) {
  return fail(ErrorKind::invalid, "a closed file can't be written to");
}

void Fmp12Source::close() {
  parts_->closed = true;
}

std::vector<std::string> Fmp12Source::every_container(const fmp12::Database& database,
                                                      const std::vector<std::string>& only_tables) {
  std::vector<const Table*> tables;
  for (const auto& table : database.tables()) {
    const bool wanted =
        only_tables.empty() || std::ranges::find(only_tables, table.name) != only_tables.end();
    if (wanted) tables.push_back(&table);
  }
  std::vector<std::string> names;
  for (const auto& [place, name] : fmp12::container_names(tables)) names.push_back(name);
  return names;
}

const std::map<std::uint32_t, fmp12::TableSurvey>& Fmp12Source::surveys() const {
  return parts_->surveys;
}

}  // namespace fmferry
