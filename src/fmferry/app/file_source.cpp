// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/file_source.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>

namespace fmferry {
namespace {

// Where a server is named, the file is a copy of that server's: its records get the same ids in the
// catalogue, whichever way they come.
Result<std::string> identity_of(const SourceConfig& source) {
  if (!source.server.empty() && !source.layout.empty()) {
    return data_api_identity(source.server, source.database, source.layout);
  }
  const std::string table = source.layout.empty() ? "*" : percent_encode(source.layout);
  return "fmp12:" + percent_encode(source.database) + "/" + table;
}

Result<Fmp12Options> options_of(const Config& config) {
  const SourceConfig& source = config.source;
  Fmp12Options options{
      .table = source.table, .only_tables = source.tables, .containers = config.job.containers};
  if (!source.is_whole_file()) options.fields = shown_fields(config.job);
  FMF_TRY_ASSIGN(options.identity, identity_of(source));
  return options;
}

Result<FileSource> open_with(const SourceConfig& source, Fmp12Options options) {
  FileSource opened;
  FMF_TRY_ASSIGN(opened.database,
                 fmp12::Database::open(source.file, {.allow_unclean = source.allow_unclean}));
  FMF_TRY_ASSIGN(opened.source, Fmp12Source::open(opened.database, std::move(options)));
  return opened;
}

}  // namespace

Result<FileSource> open_file_source(const Config& config) {
  FMF_TRY_ASSIGN(auto options, options_of(config));
  return open_with(config.source, std::move(options));
}

Result<FileSource> open_backup(const Config& config) {
  Fmp12Options options{.table = config.source.table, .containers = config.job.containers};
  if (!config.job.id_field.empty()) options.fields.push_back(config.job.id_field);
  auto opened = open_with(config.source, std::move(options));
  if (!opened) return fail(std::move(opened).error().at("backup"));
  return opened;
}

std::vector<std::string> containers_of(const Config& config, const fmp12::Database& database) {
  if (!config.source.is_whole_file()) return config.job.containers;
  return Fmp12Source::every_container(database, config.source.tables);
}

}  // namespace fmferry
