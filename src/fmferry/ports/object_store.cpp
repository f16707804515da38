// SPDX-License-Identifier: Apache-2.0
#include <fmferry/ports/object_store.hpp>

namespace fmferry {

std::string_view name_of(Proof proof) {
  switch (proof) {
    case Proof::checksum:
      return "checksum";
    case Proof::signed_hash:
      return "signed_hash";
    case Proof::read_back:
      return "read_back";
  }
  return "read_back";
}

}  // namespace fmferry
