// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/odata/problem.hpp>
#include <fmsim/settings.hpp>

#include <string>
#include <string_view>

namespace fmsim::odata {

// How a client wants its answers, from its headers and the engine's version.
struct View {
  bool new_names{true};         // @count, else @odata.count
  bool annotated{true};         // with @id and the like
  bool numbers_as_text{false};  // IEEE754Compatible=true
  bool special_columns{false};  // ROWID and ROWMODID in every entity
  bool minimal{false};          // return=minimal
  std::uint64_t page{0};        // odata.maxpagesize; 0: not asked for
  bool json{true};              // errors as JSON, else as XML

  [[nodiscard]] std::string annotation(std::string_view name) const;
};

View read_view(const Call& call, const ODataSettings& settings);

Reply json_answer(const View& view, std::string body, int status = 200);
Reply empty_answer(const View& view, int status);
Reply problem_answer(const View& view, const Problem& problem);

// Any other body of the engine's.
Reply engine_answer(const View& view, std::string content_type, std::string body, int status = 200);

}  // namespace fmsim::odata
