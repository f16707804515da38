// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/scripts.hpp>

namespace fmferry::script {
namespace {

struct Attribute {
  std::string_view suffix;
  std::string_view name;
  std::string_view result;
};

constexpr Attribute k_attributes[] = {{"md5", "MD5", "Text"},
                                      {"length", "fileSize", "Number"},
                                      {"name", "filename", "Text"},
                                      {"width", "width", "Number"},
                                      {"height", "height", "Number"}};

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::string calculation_fields(const Solution& solution) {
  std::size_t widest = 0;
  for (const auto& container : solution.containers) {
    widest = std::max(widest, container.size() + std::string_view("_length").size());
  }
  std::string text;
  for (const auto& container : solution.containers) {
    for (const auto& attribute : k_attributes) {
      const std::string field = container + "_" + std::string(attribute.suffix);
      text += padded(field, widest + 2) + padded(std::string(attribute.result), 8) +
              "GetContainerAttribute ( " + field_reference(solution.table, container) + " ; " +
              quoted(attribute.name) + " )\n";
    }
  }
  return text;
}

}  // namespace fmferry::script
