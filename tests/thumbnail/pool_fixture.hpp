// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pictures.hpp"
#include <fmferry/thumbnail/find_program.hpp>
#include <fmferry/thumbnail/thumbnail_pool.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

namespace fmferry::test {

// The real program; CTest names it in FMFERRY_THUMBNAILER.
[[nodiscard]] inline std::filesystem::path thumbnailer_program() {
  const auto found = thumbnail::find_program();
  EXPECT_TRUE(found) << to_line(found.error());
  return found.value_or("");
}

// A pool with real workers.
class Pool : public testing::Test {
 protected:
  void SetUp() override { open({}); }

  void open(ThumbnailOptions options) {
    options.program = thumbnailer_program();
    auto opened = ThumbnailPool::open(std::move(options), {});
    ASSERT_TRUE(opened) << to_line(opened.error());
    pool_ = std::move(*opened);
  }

  ThumbnailAnswer make(const std::string& bytes, const std::string& media_type) {
    auto answer = pool_->make(bytes, media_type, {});
    EXPECT_TRUE(answer) << to_line(answer.error());
    return answer ? std::move(*answer) : ThumbnailAnswer{};
  }

  // "ok" or the reason.
  std::string outcome(const std::string& bytes, const std::string& media_type) {
    const auto answer = make(bytes, media_type);
    return answer.thumbnail ? "ok" : std::string(answer.problem);
  }

  // The thumbnail's pixels.
  Canvas picture(const std::string& bytes, const std::string& media_type) {
    const auto answer = make(bytes, media_type);
    if (!answer.thumbnail) {
      ADD_FAILURE() << "no thumbnail: " << answer.problem;
      return {1, 1};
    }
    const Canvas canvas = decoded_jpeg(answer.thumbnail->bytes);
    EXPECT_EQ(canvas.width(), answer.thumbnail->width);
    EXPECT_EQ(canvas.height(), answer.thumbnail->height);
    return canvas;
  }

  std::unique_ptr<ThumbnailPool> pool_;
};

// Of the colour, give or take what lossy coding costs.
inline void expect_colour(const Colour& found,
                          const Colour& wanted,
                          const std::string& where = "") {
  EXPECT_LT(found.distance(wanted), 24)
      << where << " is " << found.red << "," << found.green << "," << found.blue;
}

}  // namespace fmferry::test
