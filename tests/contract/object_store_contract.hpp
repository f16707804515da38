// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace fmferry::contract {

// Where stores honestly differ in what the port does not say by itself.
struct ObjectStoreTraits {
  // head() and get() tell the content type that put() was given.
  bool keeps_content_type{true};
  // head() knows the SHA-256 without reading the object.
  bool head_tells_sha256{true};
  // So many keys need more than one page; small where listing in pages costs nothing.
  int keys_beyond_one_page{30};
};

// One row a store. Whoever brings a store lists object_store_contract.cpp among the sources of its
// test binary and writes
//   INSTANTIATE_TEST_SUITE_P(LocalFolder, ObjectStoreContract, testing::Values(row), name_of_case);
struct ObjectStoreCase {
  std::string name{};
  // A store on an empty place of its own, not yet probed. What must outlive it (a temporary
  // folder) can be held by the pointer's deleter. Null fails the test.
  std::function<std::shared_ptr<ObjectStore>()> make{};
  ObjectStoreTraits traits{};
};

inline std::ostream& operator<<(std::ostream& out, const ObjectStoreCase& row) {
  return out << row.name;
}

[[nodiscard]] inline std::string name_of_case(const testing::TestParamInfo<ObjectStoreCase>& row) {
  return row.param.name;
}

// Bytes that repeat nowhere and are the same on every run.
[[nodiscard]] std::string made_bytes(std::size_t length, std::uint32_t seed);

// What every ObjectStore promises, run against each of them.
class ObjectStoreContract : public testing::TestWithParam<ObjectStoreCase> {
 protected:
  void SetUp() override;

  Result<Receipt> put(const std::string& key, ByteView body, bool only_if_absent = true);
  Result<Receipt> upload(const std::string& key, ByteView body, bool only_if_absent = true);
  // The object's bytes, or "ERROR kind: text".
  std::string bytes_at(const std::string& key);
  // All keys below prefix over all pages, without the probe's own object.
  std::vector<std::string> keys_below(const std::string& prefix);

  std::shared_ptr<ObjectStore> store_{};
  CallContext context_{};
};

}  // namespace fmferry::contract
