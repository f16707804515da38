// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/mixed_source.hpp>

namespace fmferry {
namespace {

constexpr int k_compared = 5;  // records at the beginning and at the end of the listing

}  // namespace

SourceCapabilities MixedSource::capabilities() const {
  const auto listing = lists_.capabilities();
  const auto writing = writes_.capabilities();
  return {.write_back = writing.write_back,
          .file_names = fetches_.capabilities().file_names,
          .tells_emptiness = listing.tells_emptiness,
          .polite_page = listing.polite_page,
          .write_batch = writing.write_batch};
}

Status MixedSource::compare(const Record& listed, Source& other, const CallContext& context) {
  if (&other == &lists_) return {};
  const auto there = other.read(listed.record_id, context);
  const bool gone = !there && there.error().kind == ErrorKind::not_found;
  if (!there && !gone) return fail(there.error());
  const bool same_id =
      there && (id_field_.empty() || there->field(id_field_) == listed.field(id_field_));
  if (same_id && there->mod_id == listed.mod_id) return {};
  // Somebody may have deleted or edited it at this moment.
  const auto again = lists_.read(listed.record_id, context);
  if (!again && again.error().kind == ErrorKind::not_found) return {};
  if (!again) return fail(again.error());
  if (there && again->mod_id != listed.mod_id) return {};
  return fail(ErrorKind::invalid,
              "record " + std::to_string(listed.record_id) +
                  " is another one, or none, by the other way in: layout and table occurrence do "
                  "not show the same table");
}

Status MixedSource::check(const CallContext& context) {
  FMF_TRY(lists_.check(context));
  if (&fetches_ != &lists_) FMF_TRY(fetches_.check(context));
  if (&writes_ != &lists_ && &writes_ != &fetches_) FMF_TRY(writes_.check(context));
  FMF_TRY_ASSIGN(const std::int64_t count, lists_.count(context));
  for (const std::int64_t offset : {std::int64_t{1}, count - k_compared + 1}) {
    if (offset < 1 || count == 0) continue;
    FMF_TRY_ASSIGN(const Page page, lists_.page(offset, k_compared, context));
    for (const auto& record : page.records) {
      FMF_TRY(compare(record, fetches_, context));
      if (&writes_ != &fetches_) FMF_TRY(compare(record, writes_, context));
    }
  }
  return {};
}

void MixedSource::rest() {
  lists_.rest();
  fetches_.rest();
  writes_.rest();
}

void MixedSource::close() {
  lists_.close();
  fetches_.close();
  writes_.close();
}

}  // namespace fmferry
