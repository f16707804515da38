// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/filemaker/fmp12/fmp12_source.hpp>

#include <memory>

namespace fmferry {

// A FileMaker file, opened as the configuration says.
struct FileSource {
  std::shared_ptr<const fmp12::Database> database{};
  std::unique_ptr<Fmp12Source> source{};
};

// The errors of Database::open and Fmp12Source::open. Not checked yet: Source::check() does that.
Result<FileSource> open_file_source(const Config& config);

// The backup of a server's file: its table with the job's containers and ids. Errors as above.
Result<FileSource> open_backup(const Config& config);

// The containers that the job asks for: the configured ones, or all of the file.
[[nodiscard]] std::vector<std::string> containers_of(const Config& config,
                                                     const fmp12::Database& database);

}  // namespace fmferry
