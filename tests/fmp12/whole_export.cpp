// SPDX-License-Identifier: Apache-2.0
#include "whole_export.hpp"

#include <fmferry/filemaker/fmp12/fmp12_source.hpp>
#include <fmferry/foundation/digest.hpp>

namespace fmferry::testing_support {
namespace {

// A reference to a file elsewhere is asked for, too: it must be reported, not passed over.
std::string export_container(Source& source, const Record& record, const Container& container) {
  Hasher hasher;
  const auto add = [&hasher](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  };
  const auto info = source.fetch(record, container, add, {});
  return info ? to_hex(hasher.finish()) + ' ' + info->file_name : k_reported;
}

}  // namespace

Result<Exported> export_everything(const std::filesystem::path& path) {
  FMF_TRY_ASSIGN(const auto database, fmp12::Database::open(path, {.allow_unclean = true}));
  FMF_TRY_ASSIGN(const auto source, Fmp12Source::open(database, {}));
  FMF_TRY(source->check({}));
  Exported out;
  std::int64_t offset = 1;
  while (true) {
    FMF_TRY_ASSIGN(const auto page, source->page(offset, 1000, {}));
    for (const auto& record : page.records) {
      for (const auto& container : record.containers) {
        out.emplace(record.record_id, export_container(*source, record, container));
      }
    }
    offset += static_cast<std::int64_t>(page.records.size());
    if (page.records.empty()) break;
  }
  for (const auto& [table, survey] : source->surveys()) {
    // The export ends with a warning and its exit code says so.
    if (survey.lost_objects > 0) return fail(ErrorKind::corrupt, "no value names an object in use");
  }
  FMF_TRY_ASSIGN(const auto count, source->count({}));
  if (static_cast<std::int64_t>(out.size()) == count) return out;
  // The engine compares, too, and does not call such a run complete.
  return fail(ErrorKind::corrupt, "the listing is not as long as its count");
}

}  // namespace fmferry::testing_support
