// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/fate.hpp>

namespace fmferry {

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::pending:
      return "pending";
    case Fate::moved:
      return "moved";
    case Fate::empty:
      return "empty";
    case Fate::corrupt:
      return "corrupt";
    case Fate::duplicate:
      return "duplicate";
    case Fate::refused:
      return "refused";
    case Fate::quarantined:
      return "quarantined";
  }
  return "pending";
}

std::optional<Fate> fate_from(std::string_view name) {
  for (const Fate fate : k_fates) {
    if (name_of(fate) == name) return fate;
  }
  return std::nullopt;
}

}  // namespace fmferry
