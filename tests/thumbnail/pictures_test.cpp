// SPDX-License-Identifier: Apache-2.0
#include "pool_fixture.hpp"
#include "small_files.hpp"
#include <fmferry/core/fate.hpp>

#include <cstdlib>

namespace fmferry::test {
namespace {

// The middles of the four quarters.
void expect_quarters(const Canvas& found) {
  const int left = found.width() / 4;
  const int right = found.width() * 3 / 4;
  const int above = found.height() / 4;
  const int below = found.height() * 3 / 4;
  expect_colour(found.at(left, above), k_red, "above left");
  expect_colour(found.at(right, above), k_green, "above right");
  expect_colour(found.at(left, below), k_blue, "below left");
  expect_colour(found.at(right, below), k_yellow, "below right");
}

class Orientation : public Pool, public testing::WithParamInterface<int> {};

TEST_P(Orientation, IsTurnedUpright) {
  const Canvas upright = quarters(640, 400);
  const Canvas wanted = picture(jpeg_of(upright), "image/jpeg");
  const Canvas found =
      picture(with_exif(jpeg_of(held(upright, GetParam())), GetParam(), "a camera"), "image/jpeg");
  ASSERT_EQ(found.width(), 300);
  ASSERT_EQ(found.height(), wanted.height());
  expect_quarters(found);
  // All pixels but those at the quarters' borders, where the shrinking may lie a little otherwise.
  int largest = 0;
  for (int y = 0; y < found.height(); ++y) {
    for (int x = 0; x < found.width(); ++x) {
      const bool near_border =
          std::abs(x - found.width() / 2) < 12 || std::abs(y - found.height() / 2) < 12;
      if (!near_border) largest = std::max(largest, found.at(x, y).distance(wanted.at(x, y)));
    }
  }
  EXPECT_LT(largest, 12);
}

INSTANTIATE_TEST_SUITE_P(All, Orientation, testing::Range(1, 9));

class Formats : public Pool {};

TEST_F(Formats, Jpeg) {
  expect_quarters(picture(jpeg_of(quarters(900, 600)), "image/jpeg"));
}

TEST_F(Formats, Png) {
  expect_quarters(picture(png_of(quarters(400, 300)), "image/png"));
}

TEST_F(Formats, Tiff) {
  expect_quarters(picture(tiff_of(quarters(500, 300)), "image/tiff"));
}

TEST_F(Formats, Gif) {
  expect_colour(picture(gif_of(k_green, 320, 200), "image/gif").at(100, 100), k_green);
}

TEST_F(Formats, Webp) {
  expect_quarters(picture(small_webp(), "image/webp"));
}

TEST_F(Formats, Heic) {
  expect_quarters(picture(small_heic(), "image/heic"));
}

TEST_F(Formats, TheFirstPageOfAPdf) {
  const Canvas page = picture(pdf_of(k_blue, 595, 842), "application/pdf");
  EXPECT_EQ(page.height(), 300);
  EXPECT_EQ(page.width(), 212);
  expect_colour(page.at(100, 150), k_blue);
}

TEST_F(Formats, WhatIsSmallIsNotEnlarged) {
  const Canvas found = picture(png_of(quarters(40, 20)), "image/png");
  EXPECT_EQ(found.width(), 40);
  EXPECT_EQ(found.height(), 20);
}

TEST_F(Formats, WhatShowsThroughIsOnWhite) {
  const Canvas clear = picture(png_of(Canvas(60, 60, k_red), 0), "image/png");
  expect_colour(clear.at(30, 30), k_white);
  const Canvas half = picture(png_of(Canvas(60, 60, k_red), 128), "image/png");
  expect_colour(half.at(30, 30), {238, 142, 142});
}

TEST_F(Formats, CmykBecomesRgb) {
  const Canvas found = picture(cmyk_jpeg_of(quarters(200, 100)), "image/jpeg");
  // Inks print darker than light shines: which colour it is must be right, not how bright.
  const Colour red = found.at(50, 25);
  const Colour blue = found.at(50, 75);
  EXPECT_GT(red.red, red.blue + 80);
  EXPECT_GT(red.red, red.green + 80);
  EXPECT_GT(blue.blue, blue.red + 60);
}

TEST_F(Formats, AWiderColourSpaceBecomesSrgb) {
  expect_colour(picture(blue_in_p3(), "image/jpeg").at(12, 6), k_blue);
}

TEST_F(Formats, AProfileThatDoesNotFitIsPassedOver) {
  expect_colour(picture(grey_with_a_colour_profile(), "image/jpeg").at(12, 8), {120, 120, 120});
}

TEST_F(Formats, NothingOfTheMetadataIsLeft) {
  const auto answer = make(with_exif(jpeg_of(quarters(400, 300)), 6, "MADE-UP-NAME"), "image/jpeg");
  ASSERT_TRUE(answer.thumbnail);
  const std::string& bytes = answer.thumbnail->bytes;
  for (const char* word : {"MADE-UP-NAME", "Exif", "ICC_PROFILE", "http://ns.adobe.com", "8BIM"}) {
    EXPECT_EQ(bytes.find(word), std::string::npos) << word;
  }
}

TEST_F(Formats, AsWebp) {
  open({.edge = 120, .format = thumbnail::Format::webp});
  const auto answer = make(jpeg_of(quarters(400, 300)), "image/jpeg");
  ASSERT_TRUE(answer.thumbnail);
  EXPECT_EQ(answer.thumbnail->width, 120);
  EXPECT_EQ(answer.thumbnail->height, 90);
  EXPECT_EQ(answer.thumbnail->media_type, "image/webp");
  EXPECT_EQ(answer.thumbnail->extension, "webp");
  EXPECT_EQ(answer.thumbnail->bytes.substr(8, 4), "WEBP");
}

TEST_F(Formats, ALowerQualityMakesSmallerThumbnails) {
  const std::string photo = jpeg_of(quarters(900, 600));
  open({.quality = 90});
  const auto fine = make(photo, "image/jpeg").thumbnail.value_or(Thumbnail{}).bytes.size();
  open({.quality = 20});
  EXPECT_LT(make(photo, "image/jpeg").thumbnail.value_or(Thumbnail{}).bytes.size(), fine);
}

class Refused : public Pool {};

TEST_F(Refused, WhatIsNoPicture) {
  EXPECT_EQ(outcome("a letter", "text/plain"), reason::k_not_a_picture);
  EXPECT_EQ(pool_->started(), 1) << "no worker was asked";
}

TEST_F(Refused, WhatOnlyClaimsToBeAPicture) {
  EXPECT_EQ(outcome("GIF89a and no more", "image/gif"), reason::k_undecodable);
  EXPECT_EQ(outcome("", "image/png"), reason::k_undecodable);
}

// libvips would read them; they are not what a clinic's pictures are, and their decoders have seen
// less of the world.
TEST_F(Refused, DecodersThatNobodyAskedFor) {
  const std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" "
      "height=\"9\"/></svg>";
  EXPECT_EQ(outcome(svg, "image/png"), reason::k_undecodable);
  EXPECT_EQ(outcome("P6\n1 1\n255\nabc", "image/png"), reason::k_undecodable);
  EXPECT_EQ(outcome("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd", "image/png"),
            reason::k_undecodable);
}

TEST_F(Refused, MorePixelsThanAllowedByTheHeaderAlone) {
  open({.max_pixels = 119'999});
  EXPECT_EQ(outcome(png_of(quarters(400, 300)), "image/png"), reason::k_too_large);
  EXPECT_EQ(outcome(jpeg_of(quarters(400, 300)), "image/jpeg"), reason::k_too_large);
  EXPECT_EQ(outcome(jpeg_of(quarters(300, 300)), "image/jpeg"), "ok");
}

TEST_F(Refused, ALargerFileThanAllowed) {
  open({.largest = 1000});
  EXPECT_EQ(outcome(std::string(1001, 'x'), "image/jpeg"), reason::k_too_large);
}

}  // namespace
}  // namespace fmferry::test
