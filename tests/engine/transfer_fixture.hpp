// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine_fixture.hpp"
#include <fmferry/engine/pipeline.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace fmferry::test {

// Whole runs over a small world.
class Transfer : public testing::Test {
 protected:
  void run_ok() {
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  // The first `times` calls of this operation fail so.
  static FaultRule failing(std::string operation, int times, Fault fault) {
    return [operation = std::move(operation), left = times, fault = std::move(fault)](
               std::string_view what, const std::string&) mutable -> std::optional<Fault> {
      if (what != operation || left == 0) return std::nullopt;
      if (left > 0) --left;
      return fault;
    };
  }

  std::string fate(RecordId id) {
    const auto row = world_.row(id);
    return std::string(name_of(row.fate)) + (row.reason.empty() ? "" : " " + row.reason);
  }

  World world_;
};

}  // namespace fmferry::test
