// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/script_door.hpp>
#include <fmferry/ports/uploader.hpp>

namespace fmferry::inside {

// Uploads through the pasted script `uploader`. What the script says wrongly about one container,
// or not at all, is that one's failure. The door must outlive it.
class ScriptUploader final : public Uploader {
 public:
  ScriptUploader(ScriptDoor& door, std::string script) : door_(door), script_(std::move(script)) {}

  Result<std::vector<UploadResult>> upload(std::span<const UploadJob> jobs,
                                           const CallContext& context) override;

 private:
  ScriptDoor& door_;
  const std::string script_;
};

}  // namespace fmferry::inside
