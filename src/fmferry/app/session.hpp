// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/file_source.hpp>
#include <fmferry/app/source_doors.hpp>
#include <fmferry/engine/backup_first_source.hpp>
#include <fmferry/engine/guarded_store.hpp>
#include <fmferry/engine/hand_over.hpp>
#include <fmferry/engine/metered_source.hpp>

#include <memory>
#include <optional>

namespace fmferry {

// Which parts a command needs; the others are not opened, so that `status` asks for no password and
// `link` needs no source to answer.
struct Needs {
  bool source{false};          // made, but not talked to
  bool source_answers{false};  // and proven by check(): the layout, its fields and the rights
  // The source is the server, even where [source] names a file: only there marks and stamps go.
  bool server{false};
  bool store{false};            // made, and only read from
  bool store_takes{false};      // and proven by probe(), which writes a small object
  bool catalogue{false};        // if one is configured; proven by check()
  bool catalogue_takes{false};  // tables of our own may be made in it
  bool thumbnails{false};       // if they are wanted; proven by starting one worker
  bool ledger{false};
  bool write_ledger{false};
  // Through the pasted scripts of [source.script]: the bytes, and marks and stamps.
  bool script_uploads{false};
  bool script_writes{false};
};

// The composition root: the one place that makes adapters and puts the decorators around them.
// Sessions at the source are ended when it is destroyed.
class Session {
 public:
  // `checked`: the configured file, when the caller has opened and checked it already.
  static Result<std::unique_ptr<Session>> open(const Config& config,
                                               const Needs& needs,
                                               const CallContext& context,
                                               FileSource checked = {});

  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The ledger belongs to this source, store, key template and waterfall; `invalid` when not. Needs
  // all of them. Whither marks and stamps are pushed is not whence the bytes came: then the source
  // does not count.
  Status bind(bool source_counts = true);
  [[nodiscard]] Job job() const;
  // How FileMaker sends its bytes to the store itself, if that was asked for.
  [[nodiscard]] std::optional<InsideWay> inside_way() const;

  [[nodiscard]] Ledger& ledger() { return *ledger_; }

  // The file that the records come from; none when they come from a server, or from nowhere yet.
  [[nodiscard]] const FileSource& file() const { return file_; }

  // What goes through which way into the server, and why; empty: there was nothing to choose.
  [[nodiscard]] std::string choice_of_doors() const {
    return doors_ == nullptr ? std::string() : doors_->choice();
  }

  // What files come through: "the Data API"; empty for a closed file.
  [[nodiscard]] std::string_view way_in() const;

  // What the server sent out in this session and the licence counts; nothing where it counts none.
  [[nodiscard]] std::optional<std::int64_t> bytes_counted() const;

  // The same of this ledger's earlier runs in the allowance's period.
  [[nodiscard]] std::int64_t bytes_counted_before() const { return counted_before_; }

  // Writes what was counted into the ledger, for later runs.
  Status note_bytes();

  [[nodiscard]] ObjectStore& store() { return guarded_store_->top(); }

  [[nodiscard]] Progress& progress() { return progress_; }

 private:
  Session(const Config& config, FileSource checked);

  Status open_source(const Config& config, const Needs& needs, const CallContext& context);
  Status meter(const Config& config);
  Status open_file(const Config& config, const Needs& needs, const CallContext& context);
  [[nodiscard]] SourceDoors::ScriptWrites script_writes(const Config& config,
                                                        const Needs& needs) const;
  Status open_uploader(const Config& config, const CallContext& context);
  [[nodiscard]] Source& source() const;
  Status open_store(const Config& config, const Needs& needs, const CallContext& context);
  Status open_catalogue(const Config& config, bool create);
  Status find_own_objects(const CallContext& context);
  Status open_ledger(const Config& config, const Needs& needs);
  Status open_thumbnailer(const Config& config, const CallContext& context);

  JobSettings settings_;
  ScriptConfig script_;
  std::string waterfall_;  // as the ledger is bound to it
  mutable Progress progress_;
  std::shared_ptr<Clock> clock_{std::make_shared<SystemClock>()};
  FileSource file_;
  std::unique_ptr<SourceDoors> doors_;
  std::unique_ptr<Uploader> uploader_;
  // Only where bytes are fetched from a server whose licence counts them.
  std::int64_t counted_before_{0};
  std::unique_ptr<ByteLine> allowance_;
  std::unique_ptr<MeteredSource> metered_;
  std::unique_ptr<ObjectStore> store_;
  FileSource backup_;
  std::unique_ptr<BackupFirstSource> backup_first_;
  std::unique_ptr<GuardedStore> guarded_store_;
  std::unique_ptr<ObjectCopier> guarded_copier_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<ContentInspectors> inspectors_;
  std::unique_ptr<Thumbnailer> thumbnailer_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace fmferry
