// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/container_object.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace fmferry::fmp12 {
namespace {

constexpr std::array<std::string_view, 7> k_auxiliary{
    "FNAM", "SIZE", "DPI_", "FRM#", "MAIN", "GLPH", "FORK"};
constexpr std::array<std::string_view, 8> k_best_first{
    "PDF ", "SVG ", "PNGf", "GIFf", "TIFF", "BMPf", "JPEG", "PICT"};

std::string_view type_of_extension(const std::string& file_name) {
  struct Row {
    std::string_view extension;
    std::string_view type;
  };

  static constexpr std::array<Row, 11> k_rows{{{"png", "PNGf"},
                                               {"jpg", "JPEG"},
                                               {"jpeg", "JPEG"},
                                               {"heic", "JPEG"},
                                               {"heif", "JPEG"},
                                               {"gif", "GIFf"},
                                               {"bmp", "BMPf"},
                                               {"svg", "SVG "},
                                               {"pdf", "PDF "},
                                               {"pct", "PICT"},
                                               {"pict", "PICT"}}};
  const auto dot = file_name.rfind('.');
  if (dot == std::string::npos) return {};
  const std::string extension = to_lower(file_name.substr(dot + 1));
  const auto* row = std::ranges::find(k_rows, extension, &Row::extension);
  return row != k_rows.end() ? row->type : std::string_view{};
}

}  // namespace

bool is_auxiliary(const std::string& type) {
  return std::ranges::find(k_auxiliary, type) != k_auxiliary.end();
}

std::string ContainerObject::alternatives() const {
  std::string text;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Stream& stream = streams[i];
    const bool listed_twice = i > 0 && streams[i - 1].type == stream.type;
    const bool is_main = main && streams[*main].type == stream.type;
    if (is_main || listed_twice || is_auxiliary(stream.type)) continue;
    if (!text.empty()) text += ' ';
    // Types come from the file: only what prints is shown.
    for (const char c : trim(stream.type)) text += c > ' ' && c < 0x7F ? c : '_';
    text += ':' + std::to_string(stream.length);
  }
  return text;
}

void choose_main_stream(ContainerObject& object, const std::string& main_type) {
  const auto choose = [&](std::string_view type) {
    if (type.empty() || is_auxiliary(std::string(type))) return false;
    const auto at = std::ranges::find(object.streams, type, &Stream::type);
    if (at == object.streams.end()) return false;
    object.main = static_cast<std::size_t>(at - object.streams.begin());
    return true;
  };
  object.main.reset();
  object.guessed = false;
  if (choose("FILE") || choose(main_type) || choose(type_of_extension(object.file_name))) return;
  for (const auto type : k_best_first) {
    if (choose(type)) return;
  }
  for (const auto& stream : object.streams) {
    if (!choose(stream.type)) continue;
    object.guessed = true;
    return;
  }
}

}  // namespace fmferry::fmp12
