// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/source_doors.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>
#include <fmferry/filemaker/odata/odata_source.hpp>
#include <fmferry/filemaker/odbc/odbc_source.hpp>
#include <fmferry/net/http.hpp>

#include <algorithm>

namespace fmferry {
namespace {

constexpr int k_first_http_error = 400;

std::vector<std::string> written_fields(const JobSettings& job) {
  std::vector<std::string> fields;
  for (const auto& field : {job.mark_field, job.stamp_field}) {
    if (!field.empty()) fields.push_back(field);
  }
  return fields;
}

using Opened = Result<std::unique_ptr<DescribedSource>>;

Opened open_data_api(const Config& config,
                     std::shared_ptr<Authorization> account,
                     std::shared_ptr<Clock> clock) {
  const SourceConfig& source = config.source;
  FMF_TRY_ASSIGN(auto opened,
                 DataApiSource::open({.server = source.server,
                                      .database = source.database,
                                      .layout = source.layout,
                                      .authorization = std::move(account),
                                      .containers = config.job.containers,
                                      .fields = shown_fields(config.job),
                                      .written_fields = written_fields(config.job),
                                      .ca_file = config.beside(source.ca),
                                      .insecure = source.insecure,
                                      .max_sessions = config.job.width,
                                      .page_size = config.job.page_size,
                                      .parts = source.parts},
                                     std::move(clock)));
  return std::unique_ptr<DescribedSource>(std::move(opened));
}

// A server is named as for every way in: "https://fms.example.org". ODBC only needs the host.
std::string host_of(const std::string& server) {
  const auto url = parse_url(server);
  return url ? url->host : server;
}

Opened open_odbc(const Config& config, const Secret& password) {
  const SourceConfig& source = config.source;
  const OdbcConfig& odbc = config.odbc;
  OdbcOptions options{.driver_manager = config.beside(odbc.driver_manager),
                      .dsn = odbc.dsn,
                      .driver = odbc.driver,
                      .server = host_of(source.server),
                      .port = odbc.port,
                      .database = source.database,
                      .user = source.user,
                      .password = password,
                      .extra = odbc.extra,
                      .table = source.occurrence,
                      .containers = config.job.containers,
                      .fields = shown_fields(config.job),
                      .written_fields = written_fields(config.job),
                      .streams = odbc.streams,
                      .max_connections = config.job.width,
                      .page_size = config.job.page_size};
  // The same table has the same name, whichever way leads there.
  FMF_TRY_ASSIGN(options.identity,
                 data_api_identity(source.server, source.database, source.layout));
  FMF_TRY_ASSIGN(auto opened, OdbcSource::open(std::move(options)));
  return std::unique_ptr<DescribedSource>(std::move(opened));
}

ODataPaging paging_of(const SourceConfig& source) {
  if (source.paging == "rowid") return ODataPaging::row_id;
  if (source.paging == "key") return ODataPaging::key;
  if (source.paging == "skip") return ODataPaging::skip;
  return ODataPaging::automatic;
}

Opened open_odata(const Config& config, std::shared_ptr<Authorization> account) {
  const SourceConfig& source = config.source;
  FMF_TRY_ASSIGN(auto opened,
                 ODataSource::open({.server = source.server,
                                    .database = source.database,
                                    .table = source.occurrence,
                                    .layout = source.layout,
                                    .authorization = std::move(account),
                                    .containers = config.job.containers,
                                    .fields = shown_fields(config.job),
                                    .written_fields = written_fields(config.job),
                                    .ca_file = config.beside(source.ca),
                                    .insecure = source.insecure,
                                    .page_size = config.job.page_size,
                                    .parts = source.parts,
                                    .paging = paging_of(source),
                                    .empty_text = source.empty_text}));
  return std::unique_ptr<DescribedSource>(std::move(opened));
}

}  // namespace

Result<std::unique_ptr<DescribedSource>> open_door(Door door,
                                                   const Config& config,
                                                   const Account& account,
                                                   std::shared_ptr<Clock> clock) {
  switch (door) {
    case Door::data_api:
      return open_data_api(config, account.authorization, std::move(clock));
    case Door::odata:
      return open_odata(config, account.authorization);
    case Door::odbc:
      return open_odbc(config, account.password);
  }
  return fail(ErrorKind::internal, "a door without a source");
}

Result<std::unique_ptr<SourceDoors>> SourceDoors::open(const Config& config,
                                                       std::shared_ptr<Clock> clock,
                                                       Progress& progress,
                                                       const ScriptWrites& writes) {
  std::unique_ptr<SourceDoors> doors(new SourceDoors);
  const SourceConfig& source = config.source;
  doors->tasks_ = source.doors;
  doors->id_field_ = config.job.id_field;
  doors->any_will_do_ = source.kind == SourceKind::automatic;
  FMF_TRY_ASSIGN(const Account account, open_account(config, clock));
  for (const Door door : doors_of(config)) {
    FMF_TRY(doors->add(door, config, account, clock, progress, writes));
  }
  doors->choose();
  return doors;
}

Status SourceDoors::add(Door door,
                        const Config& config,
                        const Account& account,
                        std::shared_ptr<Clock> clock,
                        Progress& progress,
                        const ScriptWrites& writes) {
  Way way{.door = door};
  FMF_TRY_ASSIGN(way.direct, open_door(door, config, account, clock));
  const SourceKind kind = config.source.kind;
  const bool several = kind == SourceKind::mixed || kind == SourceKind::automatic;
  const std::string host = several ? std::string(name_of(door)) : std::string("source");
  auto* scripts = dynamic_cast<ScriptDoor*>(way.direct.get());
  if (scripts != nullptr && writes) {
    way.by_script = std::make_unique<inside::ScriptWrittenSource>(*way.direct, *scripts, *writes);
  }
  way.guarded =
      std::make_unique<GuardedSource>(way.adapter(), config.source_pace(host), *clock, &progress);
  if (scripts != nullptr) {
    way.scripts = std::make_unique<GuardedScripts>(*scripts, way.guarded->gate(), *clock);
  }
  ways_.push_back(std::move(way));
  return {};
}

Source& SourceDoors::Way::adapter() const {
  return by_script != nullptr ? static_cast<Source&>(*by_script) : *direct;
}

ScriptDoor* SourceDoors::scripts() const {
  for (const auto& way : ways_) {
    if (way.scripts != nullptr) return way.scripts.get();
  }
  return nullptr;
}

void SourceDoors::choose() {
  std::vector<OpenDoor> open;
  for (const auto& way : ways_) open.push_back({way.door, way.adapter().capabilities()});
  const DoorChoice choice = choose_doors(open, tasks_);
  const Way& lists = way_through(choice.list);
  const Way& fetches = way_through(choice.fetch);
  const Way& writes = way_through(choice.write);
  fetching_ = choice.fetch;
  mixed_direct_ = std::make_unique<MixedSource>(
      lists.adapter(), fetches.adapter(), writes.adapter(), id_field_);
  mixed_patient_ = std::make_unique<MixedSource>(
      lists.guarded->top(), fetches.guarded->top(), writes.guarded->top(), id_field_);
  const bool one = &lists == &fetches && &lists == &writes;
  direct_ = one ? &lists.adapter() : mixed_direct_.get();
  used_ = one ? &lists.guarded->top() : mixed_patient_.get();
  const bool nothing_to_choose = ways_.size() == 1 && !any_will_do_;
  if (!nothing_to_choose) choice_ = in_words(choice, open, tasks_) + left_out_;
}

const SourceDoors::Way& SourceDoors::way_through(Door door) const {
  return *std::ranges::find(ways_, door, &Way::door);
}

Status SourceDoors::drop_silent_doors(const CallContext& context) {
  std::optional<Error> first;
  std::vector<Way> answering;
  for (auto& way : ways_) {
    const Status answered = way.adapter().check(context);
    if (answered) {
      answering.push_back(std::move(way));
      continue;
    }
    if (answered.error().kind == ErrorKind::cancelled) return answered;
    if (!first) first = answered.error();
    left_out_ +=
        "; not over " + std::string(name_of(way.door)) + " (" + answered.error().what + ")";
  }
  if (answering.empty()) return fail(*first);
  ways_ = std::move(answering);
  choose();
  return {};
}

Status SourceDoors::first_answer(const CallContext& context) {
  if (any_will_do_) FMF_TRY(drop_silent_doors(context));
  Status answered = direct_->check(context);
  if (answered) return {};
  const Error& error = answered.error();
  const bool overloaded = disposition_of(error) == Disposition::wait_and_retry &&
                          error.origin_code >= k_first_http_error;
  return overloaded ? used_->check(context) : answered;
}

}  // namespace fmferry
