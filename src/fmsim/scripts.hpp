// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/parameters.hpp>
#include <fmsim/records.hpp>

#include <string>

namespace fmsim {

struct ScriptOutcome {
  std::string result;
  int error{0};
};

// The scripts of the made-up solution:
//   Ping         gives its parameter back
//   Stamp batch  sets NexusExportDate to now; parameter: a JSON array of image ids, of recordIds as
//                numbers, or of objects {"recordId" or "id", "stamp"}
//   Mark batch   sets best_image_container; array of objects {"recordId" or "id", "field"}
// The batches answer {"done":n,"failed":n}. Refused with 104 when there is no such script.
ScriptOutcome run_script(Records& records, const ScriptCall& call);

// Runs what a request asked for around itself, and puts the outcomes into its `response`.
class ScriptsAround {
 public:
  ScriptsAround(Records& records, const ScriptCalls& calls);

  // `response` is a JSON object; the answer carries it with the scripts' members.
  Reply answered(std::string response);

 private:
  void run(const std::optional<ScriptCall>& call, std::string_view suffix);

  Records& records_;
  const ScriptCalls& calls_;
  std::string members_;
};

}  // namespace fmsim
