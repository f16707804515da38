// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fmferry {

// One container that the source itself is to upload.
struct UploadJob {
  RecordId record_id{0};
  std::string id{};
  std::string container{};
  std::string url{};  // takes one PUT; as good as a password
};

enum class UploadProblem {
  none,
  record_not_found,  // no record has this id and number
  no_file,           // the container holds nothing that could be sent
  refused,           // the store, or whoever stands before it, did not take it: see `status`
  failed,            // anything else; may be passing
};

struct UploadResult {
  UploadProblem problem{UploadProblem::failed};
  int error{0};                          // FileMaker's code
  int status{0};                         // HTTP; 0: no answer
  std::string what{};                    // of `failed`: more about it, if there is
  std::string md5{};                     // raw; FileMaker's own of what it holds
  std::optional<std::int64_t> length{};  // the same
  std::string file_name{};
  std::int64_t mod_id{0};  // of the record when its bytes were taken
};

// Lets the source send containers to the store itself, so that no byte of them comes by here.
class Uploader {
 public:
  virtual ~Uploader() = default;

  // Returns when all were tried: one result a job, in the same order. Jobs bear being done twice.
  // When it fails, any of them may have been done. `invalid` when the source has not been prepared
  // for this, `corrupt` when its answer makes no sense. Thread-safe.
  virtual Result<std::vector<UploadResult>> upload(std::span<const UploadJob> jobs,
                                                   const CallContext& context) = 0;
};

}  // namespace fmferry
