// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace fmferry {

// A job that a command line describes, without a configuration.
struct ExportRequest {
  std::string file{};
  std::string to{};     // a folder, or s3://bucket/prefix
  std::string state{};  // where the ledger is kept; empty: in the folder, or beside us for S3
  std::string table{};
  std::vector<std::string> fields{};  // the waterfall; empty: every container value
  std::string id{};
  std::string key{};
  bool allow_unclean{false};
};

// The configuration that stands for such a request, so that all other commands work on the job.
struct ExportPlan {
  std::filesystem::path config_file{};
  std::string text{};
  Config config{};
  bool is_new{true};  // the file is not there yet
};

// Reads the file that is there, if the job was begun before; writes nothing. `invalid` for a
// request that makes no sense, and when another job is kept in that place, naming what differs.
Result<ExportPlan> plan_export(const ExportRequest& request);
// Makes the folders that are missing (not their parents) and writes the configuration.
Status keep_plan(const ExportPlan& plan);

}  // namespace fmferry
