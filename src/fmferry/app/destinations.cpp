// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/destinations.hpp>
#include <fmferry/localfs/local_folder_store.hpp>
#include <fmferry/postgres/database.hpp>
#include <fmferry/s3/bucket_address.hpp>
#include <fmferry/s3/s3_object_store.hpp>
#include <fmferry/sql/catalogue.hpp>
#include <fmferry/sqlite/database.hpp>
#include <fmferry/thumbnail/find_program.hpp>
#include <fmferry/thumbnail/thumbnail_pool.hpp>

#include <algorithm>
#include <thread>

namespace fmferry {
namespace {

bool is_s3(const Config& config) {
  return config.store.url.starts_with("s3://");
}

// What the configuration says, completed from where AWS tools look.
Result<s3::S3Options> s3_options(const Config& config) {
  FMF_TRY_ASSIGN(const auto place, s3::parse_s3_address(config.store.url));
  FMF_TRY_ASSIGN(const auto aws, s3::aws_settings(s3::process_environment()));
  const StoreConfig& store = config.store;
  s3::S3Options options{.bucket = place.bucket,
                        .prefix = place.prefix,
                        .region = store.region,
                        .endpoint = store.endpoint};
  if (store.addressing == "path") options.addressing = s3::Addressing::path;
  if (store.addressing == "virtual") options.addressing = s3::Addressing::virtual_host;
  options.ca_file = config.beside(store.ca);
  options.allow_plain_http = store.insecure_http;
  if (store.sse == "AES256") options.encryption = s3::Encryption::aes256;
  if (store.sse == "aws:kms") options.encryption = s3::Encryption::kms;
  options.kms_key_id = store.kms_key;
  if (options.region.empty()) options.region = aws.region;
  if (options.endpoint.empty()) options.endpoint = aws.endpoint_url;
  if (options.ca_file.empty()) options.ca_file = aws.ca_bundle;
  return options;
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> open_store(const Config& config, Clock& clock) {
  if (!is_s3(config)) {
    return std::make_unique<LocalFolderStore>(
        LocalFolderOptions{.path = config.folder / config.store.url});
  }
  FMF_TRY_ASSIGN(s3::S3Options options, s3_options(config));
  return s3::open_s3_object_store(
      std::move(options), s3::aws_credentials_chain(s3::process_environment(), clock), clock);
}

Result<std::optional<StoreHost>> store_host(const Config& config) {
  if (!is_s3(config)) return std::nullopt;
  FMF_TRY_ASSIGN(const s3::S3Options options, s3_options(config));
  const std::string region = options.region.empty() ? "us-east-1" : options.region;
  FMF_TRY_ASSIGN(const auto address, s3::bucket_address(options, region));
  return StoreHost{.url = address.origin() + "/", .ca_file = options.ca_file};
}

namespace {

Result<std::unique_ptr<sql::Database>> open_database(const Config& config, bool create) {
  const CatalogueConfig& wanted = config.catalogue;
  if (!wanted.postgres.empty()) {
    PostgresOptions options{.url = wanted.postgres, .ca_file = config.beside(wanted.ca)};
    if (!wanted.password.empty()) {
      FMF_TRY_ASSIGN(options.password, resolve_secret(wanted.password, config.folder));
    }
    return open_postgres_database(options);
  }
  const bool may_be_made = wanted.mapping.own_tables;
  std::error_code ignored;
  const bool there = std::filesystem::exists(wanted.sqlite, ignored);
  if (!there && may_be_made && !create) {
    return open_sqlite_database({.path = ":memory:", .create = true});
  }
  if (!there && !may_be_made) {
    return fail(ErrorKind::invalid,
                "there is no catalogue " + wanted.sqlite.string() +
                    ": [catalogue] sqlite must name the application's database");
  }
  return open_sqlite_database({.path = wanted.sqlite, .create = may_be_made});
}

}  // namespace

Result<std::unique_ptr<Catalogue>> open_catalogue(const Config& config, Clock& clock, bool create) {
  if (!config.catalogue.is_configured()) return nullptr;
  FMF_TRY_ASSIGN(auto database, open_database(config, create));
  return std::make_unique<sql::SqlCatalogue>(std::move(database),
                                             config.catalogue.mapping,
                                             config.source.database + "/" + config.source.layout,
                                             clock);
}

Result<std::unique_ptr<ThumbnailPool>> open_thumbnailer(const ThumbnailConfig& wanted,
                                                        const CallContext& context) {
  FMF_TRY_ASSIGN(auto program, thumbnail::find_program());
  const int processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return ThumbnailPool::open(
      {.program = std::move(program),
       .workers = wanted.workers > 0 ? wanted.workers : processors,
       .edge = wanted.edge,
       .quality = wanted.quality,
       .format = wanted.webp ? thumbnail::Format::webp : thumbnail::Format::jpeg,
       .max_pixels = wanted.max_pixels,
       .memory = wanted.memory,
       .largest = wanted.max_bytes,
       .limit = std::chrono::seconds(wanted.seconds)},
      context);
}

}  // namespace fmferry
