// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/shell.hpp>
#include <fmferry/foundation/log.hpp>

#include <cstdio>

namespace fmferry {

ExitCode complain(const Error& error) {
  return complain(error, exit_code_for(error));
}

ExitCode complain(const Error& error, ExitCode code) {
  std::fprintf(stderr, "fmferry: %s\n", redact(to_line(error)).c_str());
  return code;
}

std::optional<Config> configured(const Shell& shell, ExitCode& code) {
  auto config = load_config(find_config(shell.config_file));
  if (config) return std::move(*config);
  code = complain(config.error(), ExitCode::usage);
  return std::nullopt;
}

bool has_ledger(const Config& config, ExitCode& code) {
  if (std::filesystem::exists(config.ledger())) return true;
  code = complain({.kind = ErrorKind::invalid,
                   .what = "there is no ledger yet (" + config.ledger().string() +
                           "): start with `fmferry run`"},
                  ExitCode::usage);
  return false;
}

}  // namespace fmferry
