// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/account.hpp>
#include <fmferry/app/source_doors.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>
#include <fmferry/filemaker/odbc/odbc_source.hpp>
#include <fmferry/net/http.hpp>

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

Result<std::unique_ptr<Source>> open_data_api(const Config& config,
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
                                      .page_size = config.job.page_size},
                                     std::move(clock)));
  return std::unique_ptr<Source>(std::move(opened));
}

// A server is named as for every way in: "https://fms.example.org". ODBC only needs the host.
std::string host_of(const std::string& server) {
  const auto url = parse_url(server);
  return url ? url->host : server;
}

Result<std::unique_ptr<Source>> open_odbc(const Config& config) {
  const SourceConfig& source = config.source;
  const OdbcConfig& odbc = config.odbc;
  OdbcOptions options{.library = config.beside(odbc.library),
                      .dsn = odbc.dsn,
                      .driver = odbc.driver,
                      .server = host_of(source.server),
                      .port = odbc.port,
                      .database = source.database,
                      .user = source.user,
                      .extra = odbc.extra,
                      .table = odbc.table,
                      .containers = config.job.containers,
                      .fields = shown_fields(config.job),
                      .written_fields = written_fields(config.job),
                      .streams = odbc.streams,
                      .max_connections = config.job.width,
                      .page_size = config.job.page_size};
  FMF_TRY_ASSIGN(options.password, resolve_secret(source.password, config.folder));
  // The same table has the same name, whichever way leads there.
  FMF_TRY_ASSIGN(options.identity,
                 data_api_identity(source.server, source.database, source.layout));
  FMF_TRY_ASSIGN(auto opened, OdbcSource::open(std::move(options)));
  return std::unique_ptr<Source>(std::move(opened));
}

}  // namespace

Result<std::unique_ptr<Source>> open_door(Door door,
                                          const Config& config,
                                          std::shared_ptr<Authorization> account,
                                          std::shared_ptr<Clock> clock) {
  switch (door) {
    case Door::data_api:
      return open_data_api(config, std::move(account), std::move(clock));
    case Door::odbc:
      return open_odbc(config);
  }
  return fail(ErrorKind::internal, "a door without a source");
}

Result<std::unique_ptr<SourceDoors>> SourceDoors::open(const Config& config,
                                                       std::shared_ptr<Clock> clock,
                                                       Progress& progress) {
  std::unique_ptr<SourceDoors> doors(new SourceDoors);
  std::shared_ptr<Authorization> account;
  // ODBC takes the password itself, which is asked for once.
  if (config.source.door != Door::odbc) {
    FMF_TRY_ASSIGN(account, open_account(config, clock));
  }
  FMF_TRY_ASSIGN(doors->direct_, open_door(config.source.door, config, account, clock));
  doors->guarded_ = std::make_unique<GuardedSource>(
      *doors->direct_, config.source_pace("source"), *clock, &progress);
  return doors;
}

Status SourceDoors::first_answer(const CallContext& context) {
  Status answered = direct_->check(context);
  if (answered) return {};
  const Error& error = answered.error();
  const bool overloaded = disposition_of(error) == Disposition::wait_and_retry &&
                          error.origin_code >= k_first_http_error;
  return overloaded ? guarded_->top().check(context) : answered;
}

}  // namespace fmferry
