// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/reasons.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace fmferry::test {
namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(FMF_TOP) + "/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The codes in the first column of the tables in a page.
std::set<std::string> first_column(const std::string& page) {
  std::set<std::string> found;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    found.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return found;
}

TEST(FateCodes, ThePageListsExactlyTheReasonsAndFatesOfTheCode) {
  std::set<std::string> wanted;
  for (const auto reason : k_reasons) wanted.emplace(reason);
  for (const auto fate : k_fates) wanted.emplace(name_of(fate));
  EXPECT_EQ(first_column(text_of("docs/manual/fates.md")), wanted);
}

TEST(FateCodes, EveryReasonOfTheCodeIsInTheList) {
  const std::string header = text_of("src/fmferry/core/fate.hpp");
  std::size_t declared = 0;
  for (auto at = header.find("string_view k_"); at != std::string::npos;
       at = header.find("string_view k_", at + 1)) {
    ++declared;
  }
  EXPECT_EQ(declared, k_reasons.size());
  EXPECT_EQ(std::set(k_reasons.begin(), k_reasons.end()).size(), k_reasons.size());
}

TEST(FateCodes, CompletionKnowsEachReason) {
  const std::string completion = text_of("packaging/completions/fmferry.bash");
  for (const auto reason : k_reasons) {
    EXPECT_NE(completion.find(reason), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace fmferry::test
