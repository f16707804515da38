// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

struct Thumbnail {
  std::string bytes{};
  int width{0};
  int height{0};
  std::string media_type{};
  std::string extension{};  // without the dot
};

// A thumbnail, or the reason code (core/fate.hpp) why there is none.
struct ThumbnailAnswer {
  std::optional<Thumbnail> thumbnail{};
  std::string_view problem{};
};

// Makes small pictures of files that may be hostile: whatever the bytes are, a call ends within the
// limits that the adapter was given, and costs nothing but this one thumbnail. Thread-safe; as many
// calls as lanes() are worked on at a time, and the others wait.
class Thumbnailer {
 public:
  virtual ~Thumbnailer() = default;

  [[nodiscard]] virtual int lanes() const = 0;
  // Whether files of this type can have a thumbnail at all; if not, make() says `not_a_picture`.
  [[nodiscard]] virtual bool takes(const std::string& media_type) const = 0;
  // Larger files get none: `too_large`.
  [[nodiscard]] virtual std::int64_t largest() const = 0;
  // The only error is `cancelled`.
  virtual Result<ThumbnailAnswer> make(ByteView bytes,
                                       const std::string& media_type,
                                       const CallContext& context) = 0;
};

}  // namespace fmferry
