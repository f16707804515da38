// SPDX-License-Identifier: Apache-2.0
#include "written_files.hpp"

#include "memory_file.hpp"
#include <fmsim/fmp12/database.hpp>
#include <fmsim/fmp12/memory_content.hpp>
#include <fmsim/fmp12/streams.hpp>

#include <memory>
#include <random>

namespace fmferry::testing_support {
namespace {

using fmsim::fmp12::Body;
using fmsim::fmp12::FileOptions;
using fmsim::fmp12::MemoryContent;
using fmsim::fmp12::Object;
using fmsim::fmp12::Record;
using fmsim::fmp12::Shape;
using fmsim::fmp12::Table;
using fmsim::fmp12::ValueType;

constexpr std::uint32_t k_note = 1;
constexpr std::uint32_t k_picture = 2;
constexpr std::uint32_t k_scan = 3;
constexpr std::uint32_t k_icon = 4;

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

Table pictures_table() {
  const auto content = std::make_shared<MemoryContent>();
  const auto file = [](std::size_t size, unsigned seed, const char* name) {
    return fmsim::fmp12::inserted_file(Body::of(noise(size, seed)), name);
  };
  content->add(Object{.id = 1, .streams = file(200, 1, "one.bin")});
  content->add(Object{.id = 2, .uses = 2, .streams = file(1'300, 2, "two.bin")});
  content->add(
      Object{.id = 3,
             .streams = fmsim::fmp12::inserted_picture(
                 "PNGf", Body::of(noise(2'100, 3)), "Gr\u00FC\u00DFe \u65E5.png", 30, 20)});
  content->add(Object{.id = 130, .streams = file(90, 4, "far.bin")});
  content->add(Object{.id = 131, .streams = file(60, 5, "global.bin")});
  content->add(
      {.id = 1, .modifications = 3, .cells = {{k_note, 1, "a note"}, {k_picture, 1, "", 1}}});
  content->add(Record{.id = 2, .cells = {{k_picture, 1, "", 2}, {k_picture, 2, "", 3}}});
  content->add(
      Record{.id = 5, .cells = {{k_note, 1, std::string(1'100, 'x')}, {k_scan, 1, "", 2}}});
  content->add(Record{.id = 128, .cells = {{k_scan, 1, "", 130}}});
  content->add(Record{.id = 17'000, .cells = {{k_picture, 1, "file:../elsewhere.jpg"}}});
  content->add(Record{.id = 17'001});
  Table table{.id = 129, .name = "Pictures"};
  table.fields = {
      {.id = k_note, .name = "Note"},
      {.id = k_picture, .name = "Picture", .type = ValueType::container, .repetitions = 2},
      {.id = k_scan, .name = "Scan", .type = ValueType::container},
      {.id = k_icon, .name = "Icon", .type = ValueType::container, .global = true}};
  table.globals = {{k_icon, 1, "", 131}};
  table.content = content;
  return table;
}

Table people_table() {
  const auto content = std::make_shared<MemoryContent>();
  content->add(Record{.id = 1, .cells = {{k_note, 1, "\u65E5\u672C\u8A9E", {}, Shape::styled}}});
  content->add(
      Object{.id = 2, .streams = fmsim::fmp12::inserted_file(Body::of(noise(70, 6)), "p.bin")});
  content->add(Record{.id = 2, .cells = {{k_picture, 1, "", 2}}});
  Table table{.id = 140, .name = "People"};
  table.fields = {{.id = k_note, .name = "Name"},
                  {.id = k_picture, .name = "Portrait", .type = ValueType::container}};
  table.content = content;
  return table;
}

WrittenFile write(std::string name, const FileOptions& options) {
  MemoryFile file({});
  fmsim::fmp12::write_database(file.path(), {pictures_table(), people_table()}, options);
  return {.name = std::move(name), .bytes = read_file(file.path()).value()};
}

}  // namespace

std::vector<WrittenFile> written_files() {
  std::vector<WrittenFile> files;
  files.push_back(write("written", {}));
  files.push_back(write("written-high", {.leaf_fill = 1'100, .inner_fill = 150}));
  files.push_back(write("written-mixed-fp7", {.fp7 = true, .mixed = true, .leaf_fill = 2'000}));
  return files;
}

}  // namespace fmferry::testing_support
