// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/parameters.hpp>
#include <fmsim/records.hpp>
#include <fmsim/script/machine.hpp>

#include <map>
#include <string>

namespace fmsim {

struct ScriptOutcome {
  std::string result;
  int error{0};
};

// The solution's scripts: those made up here, and those that were loaded from clipboard XML. The
// made-up ones:
//   Ping         gives its parameter back
//   Stamp batch  sets NexusExportDate to now; parameter: a JSON array of image ids, of recordIds as
//                numbers, or of objects {"recordId" or "id", "stamp"}
//   Mark batch   sets best_image_container; array of objects {"recordId" or "id", "field"}
// The batches answer {"done":n,"failed":n}. Thread-safe after loading.
class Scripts {
 public:
  explicit Scripts(const ScriptPlace& place) : place_(place) {}

  // A script in clipboard XML; `name` is for bare steps, which have none. Throws ScriptProblem.
  void load(const std::string& xml, const std::string& name);

  // Refused with 104 when there is no such script.
  [[nodiscard]] ScriptOutcome run(const ScriptCall& call) const;

  [[nodiscard]] std::vector<std::string> loaded_names() const;

 private:
  ScriptPlace place_;
  std::map<std::string, Program> loaded_;
};

// Runs what a request asked for around itself, and puts the outcomes into its `response`.
class ScriptsAround {
 public:
  ScriptsAround(const Scripts& scripts, const ScriptCalls& calls);

  // `response` is a JSON object; the answer carries it with the scripts' members.
  Reply answered(std::string response);

 private:
  void run(const std::optional<ScriptCall>& call, std::string_view suffix);

  const Scripts& scripts_;
  const ScriptCalls& calls_;
  std::string members_;
};

}  // namespace fmsim
