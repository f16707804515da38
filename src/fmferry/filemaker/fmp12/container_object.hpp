// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fmferry::fmp12 {

// One of the bodies that an embedded object carries: the file itself, a preview, its name ...
struct Stream {
  std::string type{};  // four characters: "JPEG", "PDF ", "FILE", "FNAM" ...
  std::uint32_t length{0};
};

// An embedded container object, all but its bytes.
struct ContainerObject {
  std::string key{};                  // raw bytes
  std::vector<Stream> streams{};      // in the file's order
  std::string md5{};                  // raw, over all streams, as FileMaker stored it
  std::uint32_t references{0};        // how many values FileMaker says refer to it
  std::string file_name{};            // as the user knew it, hostile; empty when there is none
  std::optional<std::size_t> main{};  // the stream to export; none: nothing but auxiliary streams
  bool guessed{false};                // `main` is of a type that nothing named

  // The streams besides `main` that hold a picture or a file too: "JPEG:1234 XML2:88".
  [[nodiscard]] std::string alternatives() const;
};

// Decides which stream is the file: FILE; the type that MAIN names; the type that the name's
// extension asks for; the best picture; whatever is there.
void choose_main_stream(ContainerObject& object, const std::string& main_type);

// An auxiliary stream describes others (name, size, resource fork) and is never the file.
[[nodiscard]] bool is_auxiliary(const std::string& type);

}  // namespace fmferry::fmp12
