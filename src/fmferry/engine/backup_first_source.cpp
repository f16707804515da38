// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/backup_first_source.hpp>
#include <fmferry/foundation/log.hpp>

namespace fmferry {

BackupFirstSource::Tally BackupFirstSource::tally() const {
  const std::scoped_lock lock(mutex_);
  return tally_;
}

Status BackupFirstSource::check(const CallContext& context) {
  FMF_TRY(server_.check(context));
  if (Status backup = backup_.check(context); !backup) {
    return fail(std::move(backup).error().at("backup"));
  }
  return {};
}

bool BackupFirstSource::may_ask_backup(RecordId record_id) const {
  const std::scoped_lock lock(mutex_);
  return !ask_the_server_.contains(record_id);
}

void BackupFirstSource::ask_no_more(RecordId record_id, bool failed) {
  const std::scoped_lock lock(mutex_);
  ask_the_server_.insert(record_id);
  tally_.failed += failed ? 1 : 0;
}

Result<std::optional<Record>> BackupFirstSource::same_in_backup(const Record& record,
                                                                const std::string& field,
                                                                const CallContext& context) {
  if (!may_ask_backup(record.record_id)) return std::nullopt;
  auto there = backup_.read(record.record_id, context);
  if (!there && there.error().kind == ErrorKind::cancelled) return fail(there.error());
  if (!there) {
    if (there.error().kind != ErrorKind::not_found) ask_no_more(record.record_id, true);
    return std::nullopt;
  }
  const Container* container = there->container(field);
  const bool same = there->mod_id == record.mod_id &&
                    there->field(id_field_) == record.field(id_field_) && container != nullptr &&
                    container->state == ContainerState::filled;
  if (!same) return std::nullopt;
  return std::move(*there);
}

Result<ContainerInfo> BackupFirstSource::fetch(const Record& record,
                                               const Container& container,
                                               const ByteSink& sink,
                                               const CallContext& context) {
  FMF_TRY_ASSIGN(const auto there, same_in_backup(record, container.field, context));
  if (there) {
    bool begun = false;
    bool refused = false;
    const ByteSink watched = [&](ByteView bytes) -> Status {
      begun = true;
      Status taken = sink(bytes);
      refused = !taken;
      return taken;
    };
    auto info = backup_.fetch(*there, *there->container(container.field), watched, context);
    if (info) {
      if (!info->verified) ask_no_more(record.record_id, false);
      const std::scoped_lock lock(mutex_);
      ++tally_.backup;
      return info;
    }
    if (refused || info.error().kind == ErrorKind::cancelled) return info;
    ask_no_more(record.record_id, true);
    if (begun) {
      return fail(
          Error{.kind = ErrorKind::corrupt,
                .what = "the backup failed on it, the server is asked next: " + info.error().what});
    }
  }
  auto info = server_.fetch(record, container, sink, context);
  if (info) {
    const std::scoped_lock lock(mutex_);
    ++tally_.server;
  }
  return info;
}

void BackupFirstSource::close() {
  Tally tally;
  bool told = false;
  {
    const std::scoped_lock lock(mutex_);
    tally = tally_;
    told = std::exchange(told_, true);
  }
  if (!told && tally.backup + tally.server > 0) {
    log(LogLevel::info,
        std::to_string(tally.backup) + " bodies came from the backup, " +
            std::to_string(tally.server) + " from the server; the backup failed on " +
            std::to_string(tally.failed) + " records");
  }
  backup_.close();
  server_.close();
}

}  // namespace fmferry
