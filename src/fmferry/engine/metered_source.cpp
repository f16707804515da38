// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/known_length.hpp>
#include <fmferry/engine/metered_source.hpp>

namespace fmferry {
namespace {

// What a kill may cost the count, besides the bytes of records that were moved.
constexpr std::int64_t k_note_every = 64LL << 20U;

}  // namespace

Result<ContainerInfo> MeteredSource::fetch(const Record& record,
                                           const Container& container,
                                           const ByteSink& sink,
                                           const CallContext& context) {
  const auto length = length_said(record, container.field, settings_);
  FMF_TRY(line_.begin(length));
  auto fetched = [&] {
    ByteLine::Passage passage(line_, length.value_or(0));
    const ByteSink counted = [&](ByteView bytes) -> Status {
      passage.count(static_cast<std::int64_t>(bytes.size()));
      return sink(bytes);
    };
    return ForwardingSource::fetch(record, container, counted, context);
  }();
  FMF_TRY(note_if_due());
  return fetched;
}

Status MeteredSource::note_if_due() {
  if (!note_) return {};
  const std::int64_t read = line_.read();
  {
    const std::scoped_lock lock(mutex_);
    if (read - noted_ < k_note_every) return {};
    noted_ = read;
  }
  return note_(read);
}

}  // namespace fmferry
