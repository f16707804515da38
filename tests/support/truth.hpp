// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fmferry::testing_support {

// What the simulator says that it holds, from `fmsim truth`.
struct TrueContainer {
  std::string field{};
  std::string state{};  // empty, filled, question, reference, text
  std::int64_t length{0};
  std::string sha256{};  // hex
};

struct TrueRecord {
  std::int64_t record_id{0};
  std::string id{};
  std::string kind{};
  std::vector<TrueContainer> containers{};
};

// The records of the clinic with these --records, --seed and --corpus, whoever serves it. The
// binary's path comes in as FMSIM_PATH.
[[nodiscard]] std::vector<TrueRecord> truth_of(const std::vector<std::string>& arguments);

// Runs `fmsim` with these arguments; its output. Fails the test when it fails.
std::string run_simulator(const std::vector<std::string>& arguments);

}  // namespace fmferry::testing_support
