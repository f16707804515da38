// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fmferry {

enum class Integrity {
  whole,      // the structure of this type was followed to its end
  unknown,    // a type whose structure is not followed
  truncated,  // the structure says that more bytes should follow
  malformed,  // the structure contradicts itself
};

// What the bytes themselves tell.
struct Inspection {
  std::string media_type{"application/octet-stream"};
  std::string extension{"bin"};  // without the dot, lower case
  Integrity integrity{Integrity::unknown};
  std::optional<int> width{};  // pixels as stored, before any orientation
  std::optional<int> height{};
  // EXIF's, 1 to 8; nothing: it tells none. HEIC and AVIF say by themselves how they are turned,
  // and decoders do that: there it is not to be applied once more.
  std::optional<int> orientation{};
  std::string taken{};  // EXIF's time of the original, "2024-05-06T07:08:09", as its camera's
                        // clock said, with "+10:00" where the zone is told; empty: none
  std::optional<int> pages{};  // of documents and TIFF files, where told without decoding
};

// Looks at one body as it passes, in any slicing, with bounded memory. Never decodes pixels.
class ContentInspector {
 public:
  virtual ~ContentInspector() = default;
  virtual void update(ByteView bytes) = 0;
  // What is known so far. Media type and extension are final once 1 MiB or the whole body was seen.
  [[nodiscard]] virtual Inspection so_far() = 0;
  [[nodiscard]] virtual Inspection finish() = 0;  // once
};

// Makes one inspector a body. Thread-safe.
class ContentInspectors {
 public:
  virtual ~ContentInspectors() = default;
  [[nodiscard]] virtual std::unique_ptr<ContentInspector> open() = 0;
};

}  // namespace fmferry
