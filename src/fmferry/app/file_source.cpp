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

}  // namespace

Result<FileSource> open_file_source(const Config& config) {
  FMF_TRY_ASSIGN(auto options, options_of(config));
  FileSource opened;
  FMF_TRY_ASSIGN(
      opened.database,
      fmp12::Database::open(config.source.file, {.allow_unclean = config.source.allow_unclean}));
  FMF_TRY_ASSIGN(opened.source, Fmp12Source::open(opened.database, std::move(options)));
  return opened;
}

std::vector<std::string> containers_of(const Config& config, const fmp12::Database& database) {
  if (!config.source.is_whole_file()) return config.job.containers;
  return Fmp12Source::every_container(database, config.source.tables);
}

}  // namespace fmferry
