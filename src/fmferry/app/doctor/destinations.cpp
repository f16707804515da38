// SPDX-License-Identifier: Apache-2.0
//
// The store and the catalogue.
#include <fmferry/app/destinations.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/net/reach.hpp>

namespace fmferry::doctor {
namespace {

std::string store_advice(const Error& error, bool is_s3) {
  if (!is_s3) return "see that the folder can be made and written, and has room";
  const bool no_answer = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout;
  if (no_answer && reach_of(error) == Reach::name_unknown) {
    return "check [store] endpoint and region: the host has no address";
  }
  if (no_answer) return "check [store] endpoint, and that no firewall lies between";
  if (reach_of(error) == Reach::not_trusted) {
    return "name the certificate of who signed the store's with [store] ca";
  }
  if (error.kind == ErrorKind::denied) {
    return "check the keys (AWS_ACCESS_KEY_ID and its like, ~/.aws), and that they may list the "
           "bucket, and get and put objects in it";
  }
  return "make the bucket, or name another in [store] url";
}

// Its probe writes one small object below .fmferry/.
Finding check_store(Examination& examination,
                    std::shared_ptr<ObjectStore>& store,
                    const CallContext& context) {
  const bool is_s3 = examination.config.store.url.starts_with("s3://");
  auto opened = open_store(examination.config, *examination.clock);
  if (!opened) return fails(opened.error(), "correct [store]");
  const Status probed = (*opened)->probe(context);
  if (!probed) return fails(probed.error(), store_advice(probed.error(), is_s3));
  store = std::move(*opened);
  return works("writable: " + store->identity());
}

Finding check_proof(const ObjectStore& store) {
  const StoreCapabilities can = store.capabilities();
  const bool is_folder = store.identity().starts_with("file:");
  if (is_folder) return works("each object is read again, and its SHA-256 compared");
  const std::string once = can.conditional_put ? "; it never overwrites when asked not to"
                                               : "; it can't be asked not to overwrite";
  if (can.proof == Proof::read_back) {
    return warns("proves nothing by itself: each object is read again" + once,
                 "nothing needs to be done; it takes the bandwidth twice");
  }
  const bool checksum = can.proof == Proof::checksum;
  return works((checksum ? "tells the SHA-256 of what it holds"
                         : "refuses bytes whose SHA-256 is not the signed one") +
               once);
}

Finding check_catalogue(Examination& examination) {
  auto opened = open_catalogue(examination.config, *examination.clock, false);
  if (!opened)
    return fails(opened.error(),
                 "name the application's database in [catalogue] sqlite or postgres");
  if (*opened == nullptr) return skipped("none is configured");
  const Status checked = (*opened)->check();
  if (!checked) return fails(checked.error(), "see docs/manual/catalogue.md");
  return works("tables and columns are as needed");
}

// Starts one worker of the thumbnailer, which says whether it could be shut in.
Finding check_thumbnails(const Examination& examination, const CallContext& context) {
  if (!examination.config.thumbnails.wanted) return skipped("none are configured");
  const auto opened = open_thumbnailer(examination.config.thumbnails, context);
  if (!opened) return fails(opened.error(), "see docs/manual/thumbnails.md");
  const auto& walls = (*opened)->walls();
  if (walls.seccomp && walls.memory_limit) {
    return works("pictures are decoded by processes that are shut in");
  }
  return warns(
      std::string("pictures are decoded by processes of their own, but ") +
          (walls.seccomp ? "their memory is not limited" : "their system calls are not filtered"),
      "nothing needs to be done; Linux has both");
}

}  // namespace

void add_destination_checks(Examination& examination, std::vector<Check>& checks) {
  auto store = std::make_shared<std::shared_ptr<ObjectStore>>();
  checks.push_back({.name = "store", .run = [&examination, store](const CallContext& context) {
                      return check_store(examination, *store, context);
                    }});
  checks.push_back({.name = "store's proof",
                    .needs = {"store"},
                    .run = [store](const CallContext&) { return check_proof(**store); }});
  checks.push_back({.name = "catalogue", .run = [&examination](const CallContext&) {
                      return check_catalogue(examination);
                    }});
  checks.push_back({.name = "thumbnails", .run = [&examination](const CallContext& context) {
                      return check_thumbnails(examination, context);
                    }});
}

}  // namespace fmferry::doctor
