// SPDX-License-Identifier: Apache-2.0
#include <fmferry/memory/memory_source.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// FileMaker's own numbers.
constexpr int k_record_missing = 101;
constexpr int k_field_missing = 102;
constexpr int k_field_denied = 201;
constexpr int k_record_locked = 301;
constexpr int k_changed_since = 306;

tl::unexpected<Error> refuse(ErrorKind kind, std::string what, int code) {
  return fail(Error{.kind = kind, .what = std::move(what), .origin_code = code});
}

std::string text_of(const std::map<std::string, std::string, std::less<>>& texts,
                    const std::string& field) {
  const auto found = texts.find(field);
  return found == texts.end() ? std::string() : found->second;
}

}  // namespace

Status MemorySource::usable(const CallContext& context) const {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  if (closed_) return fail(ErrorKind::invalid, "the source was closed");
  return {};
}

std::vector<MemorySource::Row>::iterator MemorySource::find(RecordId record_id) {
  return std::ranges::find(rows_, record_id, &Row::record_id);
}

Record MemorySource::shown(const Row& row) const {
  Record record{.record_id = row.record_id, .mod_id = row.mod_id, .fields = row.record.fields};
  for (const auto& field : options_.containers) {
    Container container{.field = field};
    if (row.record.bodies.contains(field)) {
      container.state = ContainerState::filled;
      container.handle = std::to_string(row.record_id) + "/" + field;
    } else if (row.record.unreachable.contains(field)) {
      container.state = ContainerState::unreachable;
    }
    if (!options_.tells_emptiness) container.state = ContainerState::unknown;
    record.containers.push_back(std::move(container));
  }
  return record;
}

SourceCapabilities MemorySource::capabilities() const {
  return {.write_back = options_.write_back,
          .file_names = options_.file_names,
          .settled = options_.settled,
          .tells_emptiness = options_.tells_emptiness,
          .polite_page = options_.polite_page,
          .write_batch = options_.write_batch};
}

Status MemorySource::check(const CallContext& context) {
  return usable(context);
}

Result<std::int64_t> MemorySource::count(const CallContext& context) {
  FMF_TRY(usable(context));
  const std::scoped_lock lock(mutex_);
  return static_cast<std::int64_t>(rows_.size());
}

Result<Page> MemorySource::page(std::int64_t offset, int limit, const CallContext& context) {
  FMF_TRY(usable(context));
  if (offset < 1 || limit < 1) return fail(ErrorKind::invalid, "offset and limit begin at 1");
  std::function<void(std::int64_t)> hook;
  {
    const std::scoped_lock lock(mutex_);
    hook = before_page_;
  }
  if (hook) hook(offset);
  const std::scoped_lock lock(mutex_);
  const auto size = static_cast<std::int64_t>(rows_.size());
  Page page{.offset = offset, .found_count = size};
  for (std::int64_t at = offset - 1; at < std::min<std::int64_t>(size, offset - 1 + limit); ++at) {
    page.records.push_back(shown(rows_[static_cast<std::size_t>(at)]));
  }
  return page;
}

Result<Record> MemorySource::read(RecordId record_id, const CallContext& context) {
  FMF_TRY(usable(context));
  const std::scoped_lock lock(mutex_);
  const auto row = find(record_id);
  if (row == rows_.end()) {
    return refuse(ErrorKind::not_found, "there is no such record", k_record_missing);
  }
  return shown(*row);
}

Result<ContainerInfo> MemorySource::fetch(const Record& record,
                                          const Container& container,
                                          const ByteSink& sink,
                                          const CallContext& context) {
  FMF_TRY(usable(context));
  std::string bytes;
  ContainerInfo info{.verified = options_.verified};
  std::function<void(RecordId)> hook;
  {
    const std::scoped_lock lock(mutex_);
    hook = before_fetch_;
  }
  if (hook) hook(record.record_id);
  {
    const std::scoped_lock lock(mutex_);
    const auto row = find(record.record_id);
    if (row != rows_.end() && row->record.unreachable.contains(container.field)) {
      return refuse(ErrorKind::corrupt, "it holds no file that could be sent", k_holds_no_file);
    }
    if (row == rows_.end() || !row->record.bodies.contains(container.field)) {
      return fail(ErrorKind::not_found, "the container is empty");
    }
    bytes = row->record.bodies.find(container.field)->second;
    info.length = static_cast<std::int64_t>(bytes.size());
    info.file_name = text_of(row->record.file_names, container.field);
    info.alternatives = text_of(row->record.alternatives, container.field);
  }
  if (options_.tells_length && context.on_length) context.on_length(info.length, info.length);
  for (std::size_t at = 0; at < bytes.size(); at += options_.slice) {
    FMF_TRY(usable(context));
    FMF_TRY(sink(ByteView(bytes).substr(at, options_.slice)));
  }
  return info;
}

Result<std::int64_t> MemorySource::write(RecordId record_id,
                                         const FieldUpdates& updates,
                                         std::optional<std::int64_t> expected_mod_id,
                                         const CallContext& context) {
  FMF_TRY(usable(context));
  if (!options_.write_back) return fail(ErrorKind::invalid, "nothing can be written here");
  const std::scoped_lock lock(mutex_);
  const auto row = find(record_id);
  if (row == rows_.end()) {
    return refuse(ErrorKind::not_found, "there is no such record", k_record_missing);
  }
  for (const auto& [field, value] : updates) {
    if (options_.read_only_fields.contains(field)) {
      return refuse(ErrorKind::invalid, "field " + field + " may not be changed", k_field_denied);
    }
    if (!row->record.fields.contains(field)) {
      return refuse(ErrorKind::invalid, "there is no field " + field, k_field_missing);
    }
  }
  if (row->locked) return refuse(ErrorKind::conflict, "the record is in use", k_record_locked);
  if (expected_mod_id && *expected_mod_id != row->mod_id) {
    return refuse(ErrorKind::conflict, "the record was changed meanwhile", k_changed_since);
  }
  for (const auto& [field, value] : updates) row->record.fields[field] = value;
  return ++row->mod_id;
}

RecordId MemorySource::add(MemoryRecord record) {
  const std::scoped_lock lock(mutex_);
  rows_.push_back({.record_id = ++last_id_, .record = std::move(record)});
  return last_id_;
}

void MemorySource::remove(RecordId record_id) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(rows_, [record_id](const Row& row) { return row.record_id == record_id; });
}

void MemorySource::move_to(RecordId record_id, std::size_t position) {
  const std::scoped_lock lock(mutex_);
  const auto row = find(record_id);
  if (row == rows_.end()) return;
  Row moved = std::move(*row);
  rows_.erase(row);
  const auto at = std::min(position, rows_.size());
  rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), std::move(moved));
}

void MemorySource::edit(RecordId record_id, const std::function<void(MemoryRecord&)>& change) {
  const std::scoped_lock lock(mutex_);
  const auto row = find(record_id);
  if (row == rows_.end()) return;
  change(row->record);
  ++row->mod_id;
}

void MemorySource::lock(RecordId record_id, bool locked) {
  const std::scoped_lock lock(mutex_);
  const auto row = find(record_id);
  if (row != rows_.end()) row->locked = locked;
}

void MemorySource::before_page(std::function<void(std::int64_t)> hook) {
  const std::scoped_lock lock(mutex_);
  before_page_ = std::move(hook);
}

void MemorySource::before_fetch(std::function<void(RecordId)> hook) {
  const std::scoped_lock lock(mutex_);
  before_fetch_ = std::move(hook);
}

std::vector<MemorySource::Row> MemorySource::rows() const {
  const std::scoped_lock lock(mutex_);
  return rows_;
}

MemorySource::Row MemorySource::row(RecordId record_id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(rows_, record_id, &Row::record_id);
  return found == rows_.end() ? Row{} : *found;
}

}  // namespace fmferry
