// SPDX-License-Identifier: Apache-2.0
#include <fmsim/file_text.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/script/machine.hpp>
#include <fmsim/script/script_command.hpp>

#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace fmsim {
namespace {

std::string text_of(const std::string& path) {
  auto text = read_whole(path);
  if (!text) throw std::runtime_error("cannot read " + path);
  return *std::move(text);
}

// The same as the server writes, so that both work on one folder in turns.
std::string clinic_line(const ClinicSettings& settings, const Pool& pool) {
  std::string line = "{";
  append_raw_member(line, "records", std::to_string(settings.records));
  append_raw_member(line, "seed", std::to_string(settings.seed));
  append_member(line, "pictures", pool.fingerprint());
  return line + "}";
}

}  // namespace

int run_script_file(const ClinicSettings& settings, const ScriptSettings& script) {
  try {
    const Program program = read_program(text_of(script.file));
    const std::string parameter =
        script.parameter_file.empty() ? std::string() : text_of(script.parameter_file);
    std::filesystem::create_directories(script.folder);
    const Pool pool =
        settings.corpus == "made" ? Pool::made() : Pool::open(settings.corpus, settings.full_size);
    const Clinic clinic(settings.seed, settings.records, pool);
    Journal journal(script.folder, clinic_line(settings, pool), false);
    Records records(clinic, journal);
    const ScriptPlace place{records, script.ca_file};
    std::cout << ScriptMachine(place, parameter).run(program) << std::endl;
  } catch (const ScriptProblem& problem) {
    throw std::runtime_error(script.file + ": " + problem.what());
  }
  return 0;
}

}  // namespace fmsim
