// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/ports/inspector.hpp>

#include <memory>

namespace fmferry {

namespace media {
class MagicPool;
}

// Types by signature and libmagic from the first 256 KiB of a body; structure by following JPEG,
// PNG, GIF, PDF, HEIF/AVIF/MP4/MOV, WebP, WAV, AVI, BMP and TIFF to their ends. An inspector holds
// at most 256 KiB and a few more; it may outlive this object.
class MagicInspectors final : public ContentInspectors {
 public:
  // `internal` when libmagic's database can't be loaded.
  static Result<std::unique_ptr<MagicInspectors>> make();

  [[nodiscard]] std::unique_ptr<ContentInspector> open() override;

 private:
  explicit MagicInspectors(std::shared_ptr<media::MagicPool> pool) : pool_(std::move(pool)) {}

  std::shared_ptr<media::MagicPool> pool_;
};

}  // namespace fmferry
