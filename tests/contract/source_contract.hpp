// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace fmferry::contract {

// What the table under test is known to hold, from somebody other than the source.
struct KnownContainer {
  std::string field{};
  ContainerState state{ContainerState::empty};
  std::int64_t length{0};
  std::string sha256{};  // hex; of filled ones
};

struct KnownRecord {
  RecordId record_id{0};
  std::string id{};
  std::vector<KnownContainer> containers{};
};

struct SourceUnderTest {
  // What must outlive it (a server, a temporary folder) can be held by the pointer's deleter.
  std::shared_ptr<Source> source{};
  std::vector<KnownRecord> records{};  // at least 20, in the source's order, with every state
  std::string id_field{"id"};
  std::string writable_field{};   // text; empty: the source can't write
  std::string forbidden_field{};  // there, but refuses writing; empty: no such field
  std::string secret{};           // must show up in no name and no error
};

// Where sources honestly differ in what the port does not say by itself.
struct SourceTraits {
  // write() can be told which modification it expects.
  bool checks_mod_id{true};
  // A stop ends calls that have not begun.
  bool stops_before_a_call{true};
  // read() knows as much of the containers as the listing does.
  bool reads_as_listed{true};
  // After close() every call is refused.
  bool refuses_after_close{true};
};

// One row a source. Whoever brings a source lists source_contract.cpp among the sources of its test
// binary and writes
//   INSTANTIATE_TEST_SUITE_P(DataApi, SourceContract, testing::Values(row), name_of_source_case);
struct SourceCase {
  std::string name{};
  // A source on a table of its own. A null source fails the test.
  std::function<SourceUnderTest()> make{};
  SourceTraits traits{};
};

inline std::ostream& operator<<(std::ostream& out, const SourceCase& row) {
  return out << row.name;
}

[[nodiscard]] inline std::string name_of_source_case(
    const testing::TestParamInfo<SourceCase>& row) {
  return row.param.name;
}

// What every Source promises, run against each of them.
class SourceContract : public testing::TestWithParam<SourceCase> {
 protected:
  void SetUp() override;

  Source& source() { return *under_test_.source; }

  // The first known record that has a container in that state, and that container.
  std::pair<RecordId, std::string> one_with(ContainerState state);
  // "sha256 length", or "ERROR kind".
  std::string fetch(const Record& record, const std::string& field);
  std::vector<Record> all_records(int page_size);
  // Of the first records, each bound to the modification that it has now.
  std::vector<RecordWrite> writes_to(std::size_t count, const std::string& value);

  SourceUnderTest under_test_{};
  CallContext context_{};
};

}  // namespace fmferry::contract
