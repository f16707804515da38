// SPDX-License-Identifier: Apache-2.0
#include <vips/vips.h>

#include <algorithm>
#include <memory>

#include <thumbnailer/picture.hpp>
#include <thumbnailer/samples.hpp>

namespace thumbnailer {
namespace {

using fmferry::thumbnail::Format;
using fmferry::thumbnail::Outcome;
using fmferry::thumbnail::Request;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};

using Image = std::unique_ptr<VipsImage, Unref>;

struct Free {
  void operator()(void* memory) const { g_free(memory); }
};

// All loaders are off but these. ImageMagick, SVG and whatever a later libvips brings stay off.
void choose_loaders() {
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* name : {"VipsForeignLoadJpeg",
                           "VipsForeignLoadPng",
                           "VipsForeignLoadNsgif",
                           "VipsForeignLoadTiff",
                           "VipsForeignLoadWebp",
                           "VipsForeignLoadHeif",
                           "VipsForeignLoadPdf"}) {
    vips_operation_block_set(name, FALSE);
  }
}

// What libvips and its libraries say when an allocation failed.
Outcome why_not() {
  const std::string_view text = vips_error_buffer();
  const bool memory = text.find("memory") != std::string_view::npos;
  vips_error_clear();
  return memory ? Outcome::out_of_memory : Outcome::undecodable;
}

// What the header says; nothing is decoded yet.
struct Header {
  Outcome outcome{Outcome::made};
  bool managed{false};  // its colours mean what a profile says, and not sRGB
  bool inks{false};     // CMYK
};

// A profile of other channels than the picture has (there are grey files with one for colours)
// would end the decoding: it is passed over, as all viewers do.
bool has_fitting_profile(VipsImage* image) {
  const void* data = nullptr;
  std::size_t size = 0;
  return vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0 &&
         vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &size) == 0 &&
         vips_icc_is_compatible_profile(image, data, size) != 0;
}

Header look_at_header(std::string_view bytes, std::uint64_t max_pixels) {
  const Image image(vips_image_new_from_buffer(
      bytes.data(), bytes.size(), "", "access", VIPS_ACCESS_SEQUENTIAL, nullptr));
  if (image == nullptr) return {.outcome = why_not()};
  const auto width = static_cast<std::uint64_t>(std::max(0, vips_image_get_width(image.get())));
  const auto height = static_cast<std::uint64_t>(std::max(0, vips_image_get_height(image.get())));
  if (width * height > max_pixels) return {.outcome = Outcome::too_large};
  const bool inks = vips_image_get_interpretation(image.get()) == VIPS_INTERPRETATION_CMYK;
  return {.managed = inks || has_fitting_profile(image.get()), .inks = inks};
}

Image shrunk(std::string_view bytes, int edge, const Header& header) {
  VipsImage* out = nullptr;
  // libvips takes the bytes as it takes a buffer that it may keep; it doesn't write to them.
  void* const data = const_cast<char*>(bytes.data());
  // Asked for sRGB, libvips 8.14 takes a picture without a profile for one of inks, and shifts its
  // colours: it is only asked where there is something to do.
  const char* const to = header.managed ? "srgb" : nullptr;
  const char* const from = header.inks ? "cmyk" : "srgb";
  const int failed = vips_thumbnail_buffer(data,
                                           bytes.size(),
                                           &out,
                                           edge,
                                           "height",
                                           edge,
                                           "size",
                                           VIPS_SIZE_DOWN,
                                           "fail_on",
                                           VIPS_FAIL_ON_TRUNCATED,
                                           to == nullptr ? nullptr : "export_profile",
                                           to,
                                           "import_profile",
                                           from,
                                           nullptr);
  return Image(failed == 0 ? out : nullptr);
}

Image on_white(Image image) {
  if (image == nullptr || vips_image_hasalpha(image.get()) == 0) return image;
  const double top = vips_image_get_format(image.get()) == VIPS_FORMAT_USHORT ? 65'535.0 : 255.0;
  VipsArrayDouble* const white = vips_array_double_newv(1, top);
  VipsImage* out = nullptr;
  const int failed = vips_flatten(image.get(), &out, "background", white, nullptr);
  vips_area_unref(VIPS_AREA(white));
  return Image(failed == 0 ? out : nullptr);
}

// Three bands of eight bits, also for what is grey.
Image in_srgb(Image image) {
  if (image == nullptr) return image;
  VipsImage* out = nullptr;
  const int failed = vips_colourspace(image.get(), &out, VIPS_INTERPRETATION_sRGB, nullptr);
  return Image(failed == 0 ? out : nullptr);
}

bool save(VipsImage* image, const Request& request, void** data, std::size_t* size) {
  const int quality = static_cast<int>(request.quality);
  if (request.format == static_cast<std::uint32_t>(Format::webp)) {
    return vips_webpsave_buffer(image, data, size, "Q", quality, "strip", TRUE, nullptr) == 0;
  }
  return vips_jpegsave_buffer(
             image, data, size, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, nullptr) == 0;
}

}  // namespace

bool prepare_decoders(const char* program) {
  if (vips_init(program) != 0) return false;
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_cache_set_max_mem(0);
  vips_cache_set_max_files(0);
  choose_loaders();
  const Request request{.edge = 8, .max_pixels = 1'000'000};
  // One that is missing from this libvips costs the thumbnails of its type and nothing else.
  const auto all = samples();
  for (const auto& sample : all) static_cast<void>(make_thumbnail(sample, request));
  Request webp = request;
  webp.format = static_cast<std::uint32_t>(Format::webp);
  static_cast<void>(make_thumbnail(all.front(), webp));
  return true;
}

Made make_thumbnail(std::string_view bytes, const Request& request) {
  Made made;
  const Header header = look_at_header(bytes, request.max_pixels);
  made.outcome = header.outcome;
  if (made.outcome != Outcome::made) return made;
  const Image small = in_srgb(on_white(shrunk(bytes, static_cast<int>(request.edge), header)));
  void* data = nullptr;
  std::size_t size = 0;
  if (small == nullptr || !save(small.get(), request, &data, &size)) {
    made.outcome = why_not();
    return made;
  }
  const std::unique_ptr<void, Free> owned(data);
  made.width = static_cast<std::uint32_t>(vips_image_get_width(small.get()));
  made.height = static_cast<std::uint32_t>(vips_image_get_height(small.get()));
  made.bytes.assign(static_cast<const char*>(data), size);
  vips_error_clear();
  return made;
}

}  // namespace thumbnailer
