// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/record_error.hpp>

namespace fmferry::filemaker {

Error about_record(Error error) {
  const bool no_access = error.origin_code >= 200 && error.origin_code <= 202;
  if (error.kind == ErrorKind::denied && no_access) error.kind = ErrorKind::invalid;
  return error;
}

std::string names_of(const FieldUpdates& updates) {
  std::string names;
  for (const auto& [name, value] : updates) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace fmferry::filemaker
