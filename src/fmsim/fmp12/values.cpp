// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/fmp12/values.hpp>

#include <algorithm>

namespace fmsim::fmp12 {
namespace {

// Longer ones become directories. FileMaker's own limit is not known; it is at least 197.
constexpr std::size_t k_longest_plain = 250;

constexpr std::string_view k_head_key("\0", 1);
constexpr std::string_view k_style_key("\xFF", 1);
constexpr std::string_view k_modifications_key("\xFC", 1);

std::string head_of(const StoredText& value, Shape shape) {
  std::string head;
  put_32(head, static_cast<std::uint32_t>(value.bytes.size()));
  if (shape != Shape::short_head) put_32(head, static_cast<std::uint32_t>(value.units));
  if (shape == Shape::styled) put_32(head, 1);
  return head;
}

// One run over the whole text; readers skip it.
std::string style_runs(const StoredText& value) {
  std::string runs;
  put_32(runs, 1);
  put_32(runs, static_cast<std::uint32_t>(value.units));
  put_32(runs, 0x01020014);
  return runs;
}

void write_directory(Writer& writer, std::string_view key, const StoredText& value, Shape shape) {
  const Directory directory(writer, key);
  writer.entry(k_head_key, head_of(value, shape));
  const std::string_view bytes = value.bytes;
  std::uint32_t piece = 1;
  for (std::size_t at = 0; at < bytes.size(); at += k_piece) {
    writer.entry(key_of(piece++), bytes.substr(at, k_piece));
  }
  if (shape == Shape::styled) writer.entry(k_style_key, style_runs(value));
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += "0123456789ABCDEF"[value >> 4U];
    text += "0123456789ABCDEF"[value & 15U];
  }
  return text;
}

std::string key_of(const Cell& cell) {
  if (cell.repetition <= 1) return fmp12::key_of(cell.field);
  return fmp12::key_of({cell.field, cell.repetition});
}

// Cuts a body into pieces of the file's size, whatever the source's are.
class Pieces {
 public:
  explicit Pieces(Writer& writer) : writer_(writer) { waiting_.reserve(k_piece); }

  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      if (waiting_.empty() && bytes.size() >= k_piece) {
        put(bytes.substr(0, k_piece));
        bytes.remove_prefix(k_piece);
        continue;
      }
      const std::size_t taken = std::min(k_piece - waiting_.size(), bytes.size());
      waiting_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (waiting_.size() == k_piece) end();
    }
  }

  void end() {
    if (!waiting_.empty()) put(waiting_);
    waiting_.clear();
  }

 private:
  void put(std::string_view piece) { writer_.entry(fmp12::key_of(next_++), piece); }

  Writer& writer_;
  std::string waiting_;
  std::uint32_t next_{1};
};

}  // namespace

void write_text(Writer& writer, std::string_view key, std::string_view text, Shape shape) {
  const StoredText value = stored(text);
  const bool plain = shape == Shape::plain || (shape == Shape::automatic && value.plain &&
                                               value.bytes.size() <= k_longest_plain);
  if (plain) {
    writer.entry(key, value.bytes);
  } else {
    write_directory(writer, key, value, shape == Shape::automatic ? Shape::directory : shape);
  }
}

void write_reference(Writer& writer, std::string_view key, std::uint32_t object) {
  // U+E000 the way FileMaker says it: window 3 put there, its first place.
  constexpr std::string_view k_mark("\x1B\x68\x80", 3);
  StoredText value;
  value.bytes = hex(key_of(object));
  value.units = value.bytes.size() + 1;
  value.bytes = hidden(value.bytes.append(k_mark));
  write_directory(writer, key, value, Shape::directory);
}

void write_cells(Writer& writer, const std::vector<Cell>& cells, std::uint32_t modifications) {
  std::vector<std::pair<std::string, const Cell*>> sorted;
  sorted.reserve(cells.size());
  for (const Cell& cell : cells) {
    if (cell.object || !cell.text.empty()) sorted.emplace_back(key_of(cell), &cell);
  }
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [key, cell] : sorted) {
    if (cell->object) {
      write_reference(writer, key, *cell->object);
    } else {
      write_text(writer, key, cell->text, cell->shape);
    }
  }
  if (modifications > 0) writer.entry(k_modifications_key, counted(modifications));
}

void write_stream(Writer& writer, std::string_view key, const Body& body) {
  if (body.size() <= k_piece) {
    writer.entry(key, body.copy());
    return;
  }
  const Directory directory(writer, key);
  std::string length;
  put_32(length, static_cast<std::uint32_t>(body.size()));
  writer.entry(k_head_key, length);
  Pieces pieces(writer);
  body.read([&pieces](std::string_view bytes) { pieces.add(bytes); });
  pieces.end();
}

}  // namespace fmsim::fmp12
