// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/attributes.hpp>
#include <fmsim/fmp12/catalogue.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/memory_content.hpp>
#include <fmsim/fmp12/object_store.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/fmp12/streams.hpp>
#include <fmsim/fmp12/values.hpp>
#include <fmsim/made_pictures.hpp>

#include <algorithm>
#include <string_view>

namespace fmsim::fmp12 {
namespace {

constexpr std::string_view k_name_key("\x10", 1);

std::string number_32(std::uint32_t value) {
  std::string bytes;
  put_32(bytes, value);
  return bytes;
}

// [2]: versions, and the preview that the open dialogue shows, an object outside any store.
void write_versions(Writer& writer) {
  const Directory versions(writer, key_of(2));
  writer.entry(key_of(3), stored(writer.options().version).bytes);
  writer.entry(key_of(5), "\x04\xB8");
  writer.entry(key_of(8), hidden(std::string("Pro ") + writer.options().version) + "\x01\x24\x1C");
  const Directory preview(writer, "\x18\x18");
  const Directory first(writer, key_of(1));
  const std::string picture = made_png(3) + made_png(4) + made_png(5) + made_png(6);
  std::string list;
  put_16(list, 1);
  list += "PNGf";
  put_32(list, static_cast<std::uint32_t>(picture.size()));
  writer.entry(key_of(2), list);
  Object object{1, 1, {plain_stream("PNGf", picture)}};
  writer.entry(key_of(4), object_md5(object));
  write_stream(writer, "PNGf", object.streams[0].body);
}

// [3].[16]: the tables; [3].[17]: the occurrences of them in the relationship graph.
void write_tables(Writer& writer, const std::vector<Table>& tables) {
  const Directory catalogues(writer, key_of(3));
  {
    const Directory base(writer, key_of(16));
    const Directory list(writer, key_of(5));
    for (const Table& table : tables) {
      const Directory one(writer, key_of(table.id));
      write_text(writer, k_name_key, table.name, Shape::automatic);
      write_attributes(writer, writer.options().seed ^ table.id, 5);
    }
  }
  const Directory occurrences(writer, key_of(17));
  const Directory list(writer, key_of(5));
  for (const Table& table : tables) {
    // Another number than the base table's, another name.
    std::string key("\xD0\x00\x00", 3);
    key[2] = static_cast<char>(1 + (table.id - 128) % 100);
    const Directory one(writer, key);
    writer.entry(key_of(2), number_32(table.id));
    write_text(writer, k_name_key, table.name + " 2", Shape::automatic);
  }
}

// [4]: layouts. Their objects have numbers and texts where tables have records and cells.
void write_layouts(Writer& writer, const std::vector<Table>& tables) {
  const Directory layouts(writer, key_of(4));
  {
    const Directory names(writer, key_of(1));
    const Directory list(writer, key_of(7));
    std::uint32_t number = 1;
    for (const Table& table : tables) {
      const Directory one(writer, key_of(number++));
      write_text(writer, k_name_key, table.name, Shape::automatic);
    }
  }
  const Directory list(writer, key_of(5));
  const Directory first(writer, key_of(1));
  const Directory objects(writer, key_of(5));
  for (std::uint32_t object = 1; object <= 150; object += 7) {
    const Directory one(writer, key_of(object));
    writer.entry(key_of(2), hidden("Layout text " + std::to_string(object)));
    write_attributes(writer, object, 0);
  }
}

// [31]: the pictures of layouts, a store just like that of a table.
void write_layout_pictures(Writer& writer) {
  MemoryContent pictures;
  pictures.add(Object{2,
                      1,
                      {name_stream("image", "logo.png"),
                       plain_stream("GLPH", "\x01"),
                       plain_stream("PNGf", made_png(1)),
                       size_stream(60, 40)}});
  pictures.add(Object{5, 3, {plain_stream("JPEG", made_jpeg(2)), size_stream(32, 24)}});
  write_objects(writer, pictures, writer.options().seed, {});
}

// [1A]: what the system shows as the file's icon, without any list of streams.
void write_icon(Writer& writer) {
  const Directory icon(writer, "\x1A");
  write_stream(writer, "JPEG", Body::of(made_jpeg(9) + made_jpeg(10)));
}

std::string option_record(const Field& field) {
  constexpr unsigned k_global = 0x01;
  constexpr unsigned k_unstored = 0x02;
  constexpr unsigned k_calculation = 0x08;
  constexpr unsigned k_open = 0x30;
  constexpr unsigned k_secure = 0x20;
  std::string record;
  put_byte(record, static_cast<std::uint32_t>(field.kind));
  put_byte(record, static_cast<std::uint32_t>(field.type));
  record.resize(7);
  put_byte(record, 0x15);
  put_byte(record, 0);
  put_byte(record,
           (field.global ? k_global : 0U) | (field.unstored ? k_unstored : 0U) |
               (field.kind == FieldKind::calculation ? k_calculation : 0U));
  put_byte(record,
           field.storage == Storage::open     ? k_open
           : field.storage == Storage::secure ? k_secure
                                              : 0U);
  record.resize(18);
  put_16(record, 1);
  record.resize(24);
  put_16(record, field.repetitions);
  return record;
}

// Where external storage lies: a base directory and a calculated path.
void write_storage_place(Writer& writer) {
  const Directory place(writer, "\x27");
  writer.entry(key_of(4), number_32(1));
  writer.entry(key_of(5), hidden("\"Clinic/\""));
}

void write_field(Writer& writer, const Field& field, std::uint64_t seed) {
  const Directory one(writer, key_of(field.id));
  writer.entry(key_of(2), option_record(field));
  if (!field.comment.empty()) {
    write_text(writer, key_of(3), field.comment, Shape::automatic);
  }
  if (field.kind == FieldKind::calculation) {
    const Directory formula(writer, key_of(5));
    writer.entry(key_of(4), "\x03\xD0\x01\x01");
    writer.entry(key_of(5), hidden("calculated"));
  }
  write_text(writer, k_name_key, field.name, Shape::automatic);
  writer.entry("\x26", number_32(0));
  if (field.storage != Storage::inside) write_storage_place(writer);
  write_attributes(writer, seed ^ (std::uint64_t{field.id} << 8U), field.id % 5);
}

}  // namespace

void write_catalogue(Writer& writer, const std::vector<Table>& tables) {
  write_versions(writer);
  write_tables(writer, tables);
  write_layouts(writer, tables);
  write_icon(writer);
  write_layout_pictures(writer);
}

void write_fields(Writer& writer, const Table& table) {
  std::vector<const Field*> fields;
  for (const Field& field : table.fields) fields.push_back(&field);
  std::sort(fields.begin(), fields.end(), [](const Field* a, const Field* b) {
    return key_of(a->id) < key_of(b->id);
  });
  const std::uint64_t seed = writer.options().seed ^ table.id;
  const Directory catalogue(writer, key_of(3));
  {
    const Directory index(writer, key_of(1));
    writer.entry(key_of(0U), counted(fields.empty() ? 0 : fields.back()->id));
    writer.entry(key_of(4), number_32(static_cast<std::uint32_t>(fields.size())));
  }
  const Directory list(writer, key_of(5));
  for (const Field* field : fields) write_field(writer, *field, seed);
}

void write_value_index(Writer& writer, const Table& table) {
  if (table.fields.empty()) return;
  const Directory indexes(writer, key_of(1));
  const Directory one(writer, key_of(table.fields.front().id));
  const Directory values(writer, key_of(0U));
  const Directory value(writer, std::string_view("\x01\x12\x09\x12\x0A", 5));
  writer.entry(key_of(0U), number_32(12));
}

void write_leftovers(Writer& writer) {
  const Directory window(writer, std::string_view("\xD0\x00\x01", 3));
  const Directory place(writer, key_of(7));
  writer.entry(key_of(3), std::string_view("\x01\x00", 2));
}

}  // namespace fmsim::fmp12
