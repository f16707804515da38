// SPDX-License-Identifier: Apache-2.0
#include "samples.hpp"

#include <fmferry/foundation/file.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <stdexcept>

namespace fmferry::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_list = "expected.json";

std::optional<fs::path> sample_folder() {
  if (const char* named = std::getenv("FMF_FMP12_SAMPLES"); named != nullptr && *named != '\0') {
    return fs::path(named);
  }
  const fs::path beside = fs::path(FMF_SOURCE_DIR).parent_path();
  std::vector<fs::path> places{beside};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(beside, ignored)) {
    if (entry.is_directory(ignored)) places.push_back(entry.path());
  }
  std::ranges::sort(places);
  for (const auto& place : places) {
    auto folder = place / "fixtures" / "fmp12";
    if (fs::exists(folder / k_list, ignored)) return folder;
  }
  return std::nullopt;
}

std::vector<Sample> read_samples() {
  std::vector<Sample> all;
  const auto folder = sample_folder();
  if (!folder) return all;
  const auto text = read_file(*folder / k_list);
  // A folder that was named must be right.
  if (!text) throw std::runtime_error(to_line(text.error()));
  const auto list = boost::json::parse(*text);
  for (const auto& entry : list.as_array()) {
    const auto& expected = entry.as_object();
    all.push_back(
        {.path = *folder / expected.at("file").as_string().c_str(), .expected = expected});
  }
  return all;
}

}  // namespace

void PrintTo(const Sample& sample, std::ostream* out) {
  *out << sample.path.filename();
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = read_samples();
  return all;
}

std::string no_samples() {
  return "NOT TESTED: the real .fmp12 files are not here. Set FMF_FMP12_SAMPLES to their folder.";
}

}  // namespace fmferry::testing_support
