// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file: what it is, and whether it is whole, does not depend on how it comes in.
#include "fuzzing.hpp"
#include <fmferry/media/magic_inspectors.hpp>

namespace fmferry {
namespace {

using fuzzing::must;

Inspection inspect(ByteView body, std::size_t piece) {
  static const auto inspectors = *MagicInspectors::make();
  const auto inspector = inspectors->open();
  for (std::size_t at = 0; at < body.size(); at += piece) inspector->update(body.substr(at, piece));
  return inspector->finish();
}

void look_at(ByteView body) {
  const auto whole = inspect(body, std::max<std::size_t>(body.size(), 1));
  must(!whole.extension.empty() && !whole.width.has_value() == !whole.height.has_value());
  must(!whole.width || (*whole.width > 0 && *whole.height > 0));
  const std::size_t odd = body.empty() ? 1 : 1 + static_cast<std::uint8_t>(body.back()) % 61;
  const auto pieces = inspect(body, odd);
  must(pieces.media_type == whole.media_type && pieces.integrity == whole.integrity &&
       pieces.width == whole.width && pieces.height == whole.height &&
       pieces.orientation == whole.orientation && pieces.taken == whole.taken &&
       pieces.pages == whole.pages);
  must(!whole.orientation || (*whole.orientation >= 1 && *whole.orientation <= 8));
  must(!whole.pages || *whole.pages > 0);
  must(whole.taken.empty() || whole.taken.size() == 19 || whole.taken.size() == 25);
  fuzzing::ignore(inspect(body.substr(0, body.size() / 2), odd));
}

}  // namespace
}  // namespace fmferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::look_at(fmferry::fuzzing::view_of(data, size));
  return 0;
}
