// SPDX-License-Identifier: Apache-2.0
#include "contract/source_contract.hpp"

#include "contract/known_records.hpp"
#include "odbc/standin.hpp"

namespace fmferry::contract {
namespace {

// The suite only writes marks of one record, so its tests can share a database.
SourceUnderTest make_under_test() {
  static const std::string database = testing_support::new_database();
  SourceUnderTest under_test{.writable_field = "best_image_container",
                             .forbidden_field = "image_Full_md5"};
  static const auto truths = testing_support::truth_of(testing_support::odbc_clinic());
  for (const auto& record : truths) under_test.records.push_back(known(record));
  OdbcOptions options = testing_support::options_for(database);
  under_test.secret = options.password.reveal();
  auto source = OdbcSource::open(std::move(options));
  if (!source) {
    ADD_FAILURE() << to_line(source.error());
    return under_test;
  }
  under_test.source = std::move(*source);
  return under_test;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Odbc,
                         SourceContract,
                         testing::Values(SourceCase{.name = "FileMakersSql",
                                                    .make = make_under_test}),
                         name_of_source_case);

}  // namespace fmferry::contract
