// SPDX-License-Identifier: Apache-2.0
#include "../contract/object_store_contract.hpp"
#include "radosgw.hpp"
#include "store_double.hpp"

namespace fmferry::contract {
namespace {

using s3::Addressing;
using s3::Encryption;
using s3::Manners;
using s3::S3Options;

std::shared_ptr<ObjectStore> opened(const S3Options& options) {
  auto store = s3::open_s3_object_store(options, s3::radosgw().credentials(), s3::system_clock());
  if (!store) {
    ADD_FAILURE() << to_line(store.error());
    return nullptr;
  }
  return std::move(*store);
}

ObjectStoreCase on_radosgw(std::string name, const std::function<void(S3Options&)>& change) {
  return {.name = std::move(name), .make = [change] {
            S3Options options = s3::radosgw().options(s3::new_bucket());
            change(options);
            return opened(options);
          }};
}

// The double's pages hold ten keys.
ObjectStoreCase on_double(std::string name, const Manners& manners) {
  return {.name = std::move(name), .make = [manners]() -> std::shared_ptr<ObjectStore> {
            auto server = std::make_shared<s3::StoreDouble>(manners);
            auto store =
                opened({.bucket = "bucket", .prefix = "p", .endpoint = server->endpoint()});
            ObjectStore* raw = store.get();
            return {raw, [server, store](ObjectStore*) mutable {
                      store.reset();
                      server.reset();
                    }};
          }};
}

ObjectStoreCase with_real_pages() {
  auto row = on_radosgw("RadosgwPages", [](S3Options& options) { options.prefix = "in/depth"; });
  row.traits.keys_beyond_one_page = 1'200;
  return row;
}

std::vector<ObjectStoreCase> rows() {
  return {
      with_real_pages(),
      on_radosgw("RadosgwVirtualHost",
                 [](S3Options& options) {
                   options.endpoint = "http://localhost:" + s3::radosgw().port;
                   options.addressing = Addressing::virtual_host;
                 }),
      on_radosgw("RadosgwTls",
                 [](S3Options& options) {
                   options.endpoint = s3::radosgw().tls_endpoint;
                   options.ca_file = s3::radosgw().ca_file;
                 }),
      on_radosgw("RadosgwVersioned",
                 [](S3Options& options) { s3::turn_versioning_on(options.bucket); }),
      on_radosgw("RadosgwKms",
                 [](S3Options& options) {
                   options.encryption = Encryption::kms;
                   options.kms_key_id = "testkey-1";
                 }),
      on_double("DoubleWithChecksums",
                {.returns_checksum = true,
                 .checks_checksum = true,
                 .checks_payload_hash = true,
                 .honours_if_none_match = true}),
      on_double("DoubleThatChecksNothing", {.etag_is_md5 = false}),
  };
}

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreContract, testing::ValuesIn(rows()), name_of_case);

}  // namespace
}  // namespace fmferry::contract
