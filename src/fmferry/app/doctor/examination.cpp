// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/examination.hpp>

namespace fmferry::doctor {

std::string title_of(Door door) {
  return door == Door::data_api ? "Data API" : std::string(name_of(door));
}

void note(Examination& examination, const Error& error, Weight weight) {
  if (error.kind == ErrorKind::budget) examination.limit_reached = true;
  const bool counts = weight != Weight::not_asked;
  if (counts && !examination.first_error) examination.first_error = error;
}

}  // namespace fmferry::doctor
