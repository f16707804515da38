// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/finding.hpp>

namespace fmferry {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "OK";
    case Verdict::warning:
      return "WARNING";
    case Verdict::failure:
      return "FAILURE";
  }
  return "FAILURE";
}

}  // namespace fmferry
