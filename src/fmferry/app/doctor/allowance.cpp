// SPDX-License-Identifier: Apache-2.0
//
// The yearly data allowance. No door tells how much of it is left; only that it is used up, by
// refusing everything with code 953.
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/app/progress_line.hpp>

#include <algorithm>

namespace fmferry::doctor {
namespace {

bool was_let_in(const Examination& examination) {
  return std::ranges::any_of(examination.doors, [](const DoorCase& each) {
    return each.door != Door::odbc && each.login && each.login->has_value();
  });
}

// The sample may be no fair one, but its order of magnitude is better than nothing.
std::string estimate(const Examination& examination) {
  const auto& sample = examination.sample;
  if (!sample || sample->length == 0) return {};
  return "; " + with_commas(sample->found_count) + " records, at the size of the sample about " +
         human_bytes(sample->found_count * sample->length);
}

Finding check_allowance(const Examination& examination) {
  if (examination.limit_reached) {
    const Error reached{.kind = ErrorKind::budget,
                        .what = "used up: the server sends no more this year (FileMaker code 953)"};
    return fails(reached, advice_for(reached, Door::data_api));
  }
  if (!was_let_in(examination)) return skipped("no door that counts bytes lets us in");
  Finding finding = works("not used up; what is left no door tells" + estimate(examination));
  finding.to_do =
      "look at Annual Limit and Data Transmitted in the Admin Console before you move "
      "much; --max-bytes keeps a run below what is left";
  return finding;
}

}  // namespace

void add_allowance_check(Examination& examination, std::vector<Check>& checks) {
  checks.push_back({.name = "data allowance", .run = [&examination](const CallContext&) {
                      return check_allowance(examination);
                    }});
}

}  // namespace fmferry::doctor
