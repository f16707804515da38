// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/script/solution.hpp>
#include <fmferry/foundation/result.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::script {

// One thing that can be made for a FileMaker solution.
struct Offer {
  std::string_view name{};     // as the command line knows it
  std::string_view script{};   // as the pasted script is called; empty: it is no script
  std::string_view purpose{};  // one line
};

[[nodiscard]] const std::vector<Offer>& offers();

// The clipboard XML of a script, or for `fields` the text to type. bare: steps to be pasted into an
// open script, instead of a whole script. `invalid` when the solution lacks what it needs, or when
// there is no such offer.
[[nodiscard]] Result<std::string> make(std::string_view name, const Solution& solution, bool bare);

// What to do with it, for people who have never pasted a script.
[[nodiscard]] Result<std::string> instructions(std::string_view name, const Solution& solution);

// The pieces; an empty script_name makes bare steps.
[[nodiscard]] std::string uploader(const Solution& solution, const std::string& script_name);
[[nodiscard]] std::string mark_and_stamp(const Solution& solution, const std::string& script_name);
[[nodiscard]] std::string cloud_manipulator(const Solution& solution,
                                            const std::string& script_name);
[[nodiscard]] std::string calculation_fields(const Solution& solution);

}  // namespace fmferry::script
