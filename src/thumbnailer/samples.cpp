// SPDX-License-Identifier: Apache-2.0
#include <vips/vips.h>

#include <thumbnailer/samples.hpp>

namespace thumbnailer {
namespace {

constexpr int k_side = 32;

// A page with a line of text, which makes poppler and fontconfig load what they need for text.
constexpr const char* k_pdf =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 40]/Contents 4 0 R"
    "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 34>>stream\nBT /F 9 Tf 4 20 Td (fmferry) Tj ET\nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    "trailer<</Size 6/Root 1 0 R>>\n%%EOF\n";

// One pixel.
constexpr unsigned char k_gif[] = {'G', 'I',  'F',  '8',  '9', 'a',  1,    0,    1,    0, 0x80, 0,
                                   0,   0xff, 0xff, 0xff, 0,   0,    0,    0x2c, 0,    0, 0,    0,
                                   1,   0,    1,    0,    0,   0x02, 0x02, 0x44, 0x01, 0, 0x3b};

// Four colours in HEVC.
constexpr const char* k_heic =
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEA"
    "AAAAAAAAxQACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAV"
    "aW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAA"
    "AQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAA"
    "AwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4"
    "aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAM1t"
    "ZGF0AAAAwSgBrwngITip//It3/8THZe5lyeVp79Y//0Qb70Nb/4im3R+ja83/wcjvzB+/42uxMLJ+Uf/qqy+PMFn"
    "4mewMsBzvxvEyEFV2u3Tb5EHxdaBoAIAwU0a+i0jvCmyBe1WcY+BwRzbdZl4tp/XR/mXOJXI10EqUMTaAX77W26B"
    "auDG3h2PuPcVqX99kPRL9LSBGuUo1Ge5DviP1HIP26bFSz19b1UQ6ZFxh3PuVlbOfJIWQnOf1r23xnYMYLf3ETh+"
    "I1I=";

std::string text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string saved(VipsImage* image, const char* suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  if (vips_image_write_to_buffer(image, suffix, &data, &size, nullptr) != 0) {
    vips_error_clear();
    return {};
  }
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

// A black square of so many bands that mean this.
void add_square(std::vector<std::string>& into,
                int bands,
                VipsInterpretation meaning,
                std::initializer_list<const char*> suffixes) {
  VipsImage* square = nullptr;
  if (vips_black(&square, k_side, k_side, "bands", bands, nullptr) != 0) return;
  VipsImage* meant = nullptr;
  if (vips_copy(square, &meant, "interpretation", meaning, nullptr) == 0) {
    for (const char* suffix : suffixes) into.push_back(saved(meant, suffix));
    g_object_unref(meant);
  }
  g_object_unref(square);
}

}  // namespace

std::vector<std::string> samples() {
  std::vector<std::string> all;
  add_square(all, 3, VIPS_INTERPRETATION_sRGB, {".jpg", ".png", ".tif", ".webp"});
  add_square(all, 4, VIPS_INTERPRETATION_sRGB, {".png"});
  add_square(all, 4, VIPS_INTERPRETATION_CMYK, {".jpg"});
  all.push_back(text_of(k_gif, sizeof k_gif));
  all.emplace_back(k_pdf);
  gsize size = 0;
  guchar* const heic = g_base64_decode(k_heic, &size);
  all.push_back(text_of(heic, size));
  g_free(heic);
  return all;
}

}  // namespace thumbnailer
