// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/allowance.hpp>
#include <fmferry/app/destinations.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/filemaker/inside/script_uploader.hpp>
#include <fmferry/media/magic_inspectors.hpp>
#include <fmferry/sqlite/ledger.hpp>
#include <fmferry/sqlite/ledger_bytes.hpp>

#include <boost/algorithm/string/join.hpp>

#include <string>
#include <vector>

namespace fmferry {
namespace {

// A field more in a later copy of the file makes no other job of it. Another rule does: what was
// moved by the first would not be what the second one chooses.
std::string waterfall_of(const Config& config) {
  if (!config.source.is_whole_file()) {
    const std::string containers = boost::join(config.job.containers, ",");
    if (config.job.choice == ChoiceRule::first) return containers;
    return containers + " by " + std::string(name_of(config.job.choice));
  }
  const auto& tables = config.source.tables;
  return "every container of " + (tables.empty() ? "every table" : boost::join(tables, ","));
}

}  // namespace

Session::Session(const Config& config, FileSource checked)
    : settings_(config.job),
      script_(config.source.script),
      waterfall_(waterfall_of(config)),
      file_(std::move(checked)) {}

Result<std::unique_ptr<Session>> Session::open(const Config& config,
                                               const Needs& needs,
                                               const CallContext& context,
                                               FileSource checked) {
  std::unique_ptr<Session> session(new Session(config, std::move(checked)));
  // The ledger first: a second run must not even log in.
  if (needs.ledger) FMF_TRY(session->open_ledger(config, needs));
  if (needs.catalogue) FMF_TRY(session->open_catalogue(config, needs.catalogue_takes));
  // The store last: its probe writes, and before that all else must be right.
  if (needs.thumbnails) FMF_TRY(session->open_thumbnailer(config, context));
  if (needs.source) FMF_TRY(session->open_source(config, needs, context));
  if (needs.store) FMF_TRY(session->open_store(config, needs, context));
  FMF_TRY_ASSIGN(session->inspectors_, MagicInspectors::make());
  return session;
}

Status Session::bind(bool source_counts) {
  return ledger_->bind({.source = source_counts ? source().identity() : std::string(),
                        .store = store_->identity(),
                        .key_template = settings_.key.text(),
                        .containers = waterfall_});
}

Session::~Session() {
  if (backup_first_ != nullptr) {
    backup_first_->close();
  } else if (doors_ != nullptr) {
    doors_->source().close();
  }
}

Status Session::open_source(const Config& config, const Needs& needs, const CallContext& context) {
  if (needs.server && config.source.server.empty()) {
    return fail(ErrorKind::invalid, "[source] server is missing: marks and stamps go there");
  }
  if (config.source.is_file() && !needs.server) {
    return open_file(config, needs, context);
  }
  FMF_TRY_ASSIGN(doors_,
                 SourceDoors::open(config, clock_, progress_, script_writes(config, needs)));
  if (needs.source_answers) FMF_TRY(doors_->first_answer(context));
  if ((needs.script_uploads || needs.script_writes) && doors_->scripts() == nullptr) {
    return fail(ErrorKind::invalid,
                "--via script goes over the Data API: [source] kind must be \"dataapi\", or a "
                "mixture with it");
  }
  if (needs.script_uploads) FMF_TRY(open_uploader(config, context));
  // Only what writes the ledger fetches bytes, and a push does not.
  const bool fetches =
      needs.write_ledger && needs.source_answers && !needs.server && !needs.script_uploads;
  if (!fetches) return {};
  FMF_TRY(meter(config));
  if (!config.source.has_backup()) return {};
  FMF_TRY_ASSIGN(backup_, open_backup(config));
  FMF_TRY(backup_.source->check(context));
  backup_first_ =
      std::make_unique<BackupFirstSource>(source(), *backup_.source, settings_.id_field);
  return {};
}

SourceDoors::ScriptWrites Session::script_writes(const Config& config, const Needs& needs) const {
  const ScriptConfig& script = config.source.script;
  const bool writes = !settings_.mark_field.empty() || !settings_.stamp_field.empty();
  if (!needs.script_writes || script.mark_and_stamp.empty() || !writes) return std::nullopt;
  return inside::ScriptWriteOptions{
      .script = script.mark_and_stamp,
      .mark_field = settings_.mark_field,
      .stamp_field = settings_.stamp_field,
      .batch = script.writes_a_call,
      .id_of = [this](RecordId record_id) -> Result<std::string> {
        FMF_TRY_ASSIGN(const auto row, row_of(*ledger_, record_id));
        if (row) return row->seen.id;
        return fail(ErrorKind::internal, "a record is to be written that is not in the ledger");
      }};
}

// Before anything moves, the script is asked for nothing, to see that it is there and the right
// one.
Status Session::open_uploader(const Config& config, const CallContext& context) {
  uploader_ =
      std::make_unique<inside::ScriptUploader>(*doors_->scripts(), config.source.script.uploader);
  auto answered = uploader_->upload({}, context);
  if (answered || disposition_of(answered.error()) == Disposition::wait_and_retry) return {};
  if (answered.error().kind == ErrorKind::corrupt) answered.error().kind = ErrorKind::invalid;
  return fail(std::move(answered).error());
}

// What a backup gives costs no allowance, so this goes below it.
Status Session::meter(const Config& config) {
  if (!is_metered(doors_->fetching())) return {};
  const std::string since = allowance_since(config.source.allowance_from, clock_->wall());
  FMF_TRY_ASSIGN(counted_before_, bytes_read_since(config.ledger(), since));
  allowance_ = std::make_unique<ByteLine>(
      ByteLine::Settings{.name = "the allowance (--allowance)",
                         .most = config.source.allowance,
                         .before = counted_before_,
                         .advice = "the same command goes on from here with a larger one, or when "
                                   "its period begins anew"});
  metered_ = std::make_unique<MeteredSource>(
      doors_->source(), *allowance_, settings_, [this](std::int64_t) { return note_bytes(); });
  return {};
}

std::optional<std::int64_t> Session::bytes_counted() const {
  if (allowance_ == nullptr) return std::nullopt;
  return allowance_->read();
}

Status Session::note_bytes() {
  return ledger_->note_run(bytes_note(bytes_counted().value_or(0)));
}

std::string_view Session::way_in() const {
  return doors_ == nullptr ? std::string_view() : name_of(doors_->fetching());
}

// A file never falls over, so nothing paces or repeats what it is asked.
Status Session::open_file(const Config& config, const Needs& needs, const CallContext& context) {
  const bool is_checked = file_.source != nullptr;
  if (!is_checked) {
    FMF_TRY_ASSIGN(file_, open_file_source(config));
  }
  if (needs.source_answers && !is_checked) FMF_TRY(file_.source->check(context));
  settings_.containers = containers_of(config, *file_.database);
  return {};
}

Source& Session::source() const {
  if (file_.source != nullptr) return *file_.source;
  if (backup_first_ != nullptr) return *backup_first_;
  if (metered_ != nullptr) return *metered_;
  return doors_->source();
}

Status Session::open_store(const Config& config, const Needs& needs, const CallContext& context) {
  FMF_TRY_ASSIGN(store_, fmferry::open_store(config, *clock_));
  guarded_store_ =
      std::make_unique<GuardedStore>(*store_, config.store_pace(), *clock_, &progress_);
  if (auto* copier = dynamic_cast<ObjectCopier*>(store_.get())) {
    guarded_copier_ = std::make_unique<GuardedCopier>(*copier, guarded_store_->gate(), *clock_);
  }
  if (!needs.store_takes) return {};
  if (ledger_ != nullptr) FMF_TRY(find_own_objects(context));
  return guarded_store_->top().probe(context);
}

// A share that is not mounted, a folder that was renamed: it must not be begun anew below records
// that were moved. A few of them are enough to see that it is the same store.
Status Session::find_own_objects(const CallContext& context) {
  constexpr std::size_t k_enough = 3;
  constexpr int k_rows = 200;
  std::vector<std::string> keys;
  for (RecordId after = 0; keys.size() < k_enough;) {
    FMF_TRY_ASSIGN(const auto rows, ledger_->rows(after, k_rows));
    if (rows.empty()) break;
    after = rows.back().seen.record_id;
    for (const auto& row : rows) {
      if (row.fate == Fate::moved && keys.size() < k_enough) keys.push_back(row.stored->key);
    }
  }
  if (keys.empty()) return {};
  for (const auto& key : keys) {
    const auto there = guarded_store_->top().head(key, context);
    // A folder that is not there is `invalid`. All other trouble is the probe's to tell.
    const bool missing = !there && (there.error().kind == ErrorKind::not_found ||
                                    there.error().kind == ErrorKind::invalid);
    if (!missing) return {};
  }
  // Another job's ledger: bind() will say so.
  if (!ledger_->bind({.store = store_->identity()})) return {};
  return fail(ErrorKind::invalid,
              "none of this job's objects is in " + store_->identity() +
                  ": mount it, or correct [store] url; if they are lost, fmferry unstamp --failed "
                  "takes their records up again");
}

Status Session::open_catalogue(const Config& config, bool create) {
  FMF_TRY_ASSIGN(catalogue_, fmferry::open_catalogue(config, *clock_, create));
  return catalogue_ == nullptr ? Status() : catalogue_->check();
}

Status Session::open_ledger(const Config& config, const Needs& needs) {
  if (needs.write_ledger) {
    FMF_TRY_ASSIGN(ledger_, SqliteLedger::open(config.ledger(), clock_));
    return {};
  }
  FMF_TRY_ASSIGN(ledger_, SqliteLedger::open_read_only(config.ledger(), clock_));
  return {};
}

Status Session::open_thumbnailer(const Config& config, const CallContext& context) {
  if (!config.thumbnails.wanted) return {};
  FMF_TRY_ASSIGN(thumbnailer_, fmferry::open_thumbnailer(config.thumbnails, context));
  return {};
}

std::optional<InsideWay> Session::inside_way() const {
  if (uploader_ == nullptr || guarded_copier_ == nullptr) return std::nullopt;
  return InsideWay{
      .uploader = *uploader_,
      .copier = *guarded_copier_,
      .jobs_a_call = script_.uploads_a_call,
      .url_lifetime = std::chrono::duration_cast<std::chrono::seconds>(script_.url_lifetime)};
}

Job Session::job() const {
  return {.settings = settings_,
          .source = source(),
          .store = guarded_store_->top(),
          .ledger = *ledger_,
          .catalogue = catalogue_.get(),
          .inspectors = *inspectors_,
          .clock = *clock_,
          .progress = progress_,
          .thumbnailer = thumbnailer_.get()};
}

}  // namespace fmferry
