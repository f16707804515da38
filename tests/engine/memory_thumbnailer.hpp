// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/fate.hpp>
#include <fmferry/ports/thumbnailer.hpp>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace fmferry::test {

// Thumbnails of the fixture's texts: "JPG a fine picture." becomes "small JPG a fine picture.".
class MemoryThumbnailer final : public Thumbnailer {
 public:
  [[nodiscard]] int lanes() const override { return 2; }

  [[nodiscard]] bool takes(const std::string& media_type) const override {
    return media_type == "image/jpeg";
  }

  [[nodiscard]] std::int64_t largest() const override { return largest_file; }

  Result<ThumbnailAnswer> make(ByteView bytes,
                               const std::string& media_type,
                               const CallContext& context) override {
    const std::scoped_lock lock(mutex_);
    asked.emplace_back(bytes);
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
    if (!takes(media_type)) return ThumbnailAnswer{.problem = reason::k_not_a_picture};
    if (!problem.empty()) return ThumbnailAnswer{.problem = problem};
    if (error) return fail(*error);
    return ThumbnailAnswer{.thumbnail = Thumbnail{.bytes = "small " + std::string(bytes),
                                                  .width = 3,
                                                  .height = 2,
                                                  .media_type = "image/jpeg",
                                                  .extension = "jpg"}};
  }

  std::int64_t largest_file{1000};
  std::string_view problem{};      // of each one
  std::optional<Error> error{};    // instead
  std::vector<std::string> asked;  // what it was given

 private:
  std::mutex mutex_;
};

}  // namespace fmferry::test
