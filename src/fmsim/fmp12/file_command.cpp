// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/clinic_tables.hpp>
#include <fmsim/fmp12/database.hpp>
#include <fmsim/fmp12/file_command.hpp>
#include <fmsim/fmp12/progress.hpp>
#include <fmsim/fmp12/shapes.hpp>
#include <fmsim/fmp12/truth.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace fmsim::fmp12 {
namespace {

std::vector<Table> tables_of(const ClinicSettings& settings,
                             const FileSettings& file,
                             const Pool& pool,
                             const Clinic& clinic) {
  if (file.shape == "many-small") return many_small(settings.seed, settings.records, pool);
  if (file.shape == "photographs") {
    return photographs(settings.seed, settings.records, file.bytes, pool);
  }
  return clinic_tables(clinic, file.outside);
}

void write_truth_file(const std::vector<Table>& tables, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  write_file_truth(tables, out);
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int write_file(const ClinicSettings& settings, const FileSettings& file) {
  const Pool pool =
      settings.corpus == "made" ? Pool::made() : Pool::open(settings.corpus, settings.full_size);
  const Clinic clinic(settings.seed, settings.records, pool);
  const std::vector<Table> tables = tables_of(settings, file, pool, clinic);
  FileOptions options;
  options.fp7 = file.fp7;
  options.mixed = file.shuffle;
  options.closed_cleanly = !file.unclean;
  options.seed = settings.seed;
  if (file.fp7) options.version = "7.0";

  // A half-written file must not pass for one.
  const std::string part = file.out + ".part";
  Progress progress;
  const Written written = write_database(
      part, tables, options, [&progress](const Written& now) { progress.show(now); });
  std::filesystem::rename(part, file.out);
  progress.end();
  if (!file.truth.empty()) write_truth_file(tables, file.truth);
  std::cout << file.out << ": " << written.bytes << " bytes, " << written.records << " records, "
            << written.objects << " objects, root at level " << written.root_level << "\n";
  return 0;
}

}  // namespace fmsim::fmp12
