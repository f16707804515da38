// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/thumbnail/protocol.hpp>

#include <string>
#include <string_view>

namespace thumbnailer {

// Sets the decoders up: only those of pictures that fmferry makes thumbnails of, one thread each,
// no caches. Each makes one thumbnail, so that whatever it loads is loaded. False: libvips can't
// be used. Before the sandbox.
[[nodiscard]] bool prepare_decoders(const char* program);

struct Made {
  fmferry::thumbnail::Outcome outcome{fmferry::thumbnail::Outcome::undecodable};
  std::uint32_t width{0};
  std::uint32_t height{0};
  std::string bytes{};
};

// One thumbnail: shrunk while it is loaded, turned as its orientation says, on white, in sRGB,
// without metadata, never enlarged.
[[nodiscard]] Made make_thumbnail(std::string_view bytes,
                                  const fmferry::thumbnail::Request& request);

}  // namespace thumbnailer
