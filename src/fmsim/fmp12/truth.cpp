// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/fmp12/streams.hpp>
#include <fmsim/fmp12/truth.hpp>
#include <fmsim/json_text.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>

namespace fmsim::fmp12 {
namespace {

constexpr char k_field_end = '\x1F';
constexpr char k_cell_end = '\x1E';

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += "0123456789abcdef"[value >> 4U];
    text += "0123456789abcdef"[value & 15U];
  }
  return text;
}

// The members of a line that tell of an object, without braces.
std::string object_members(const Object& object) {
  std::string line = "{";
  Object sorted = object;
  sort_streams(sorted.streams);
  append_raw_member(line, "object", std::to_string(sorted.id));
  append_member(line, "md5", hex(object_md5(sorted)));
  const Stream* picture = picture_of(sorted);
  if (picture == nullptr) {
    append_raw_member(line, "stream", "null");
    append_raw_member(line, "length", "null");
    append_raw_member(line, "sha256", "null");
  } else {
    append_member(line, "stream", picture->type);
    append_raw_member(line, "length", std::to_string(picture->body.size()));
    append_member(line, "sha256", picture->body.sha256());
  }
  const auto name = name_of(sorted);
  append_raw_member(line, "name", name ? json_string(*name) : std::string("null"));
  return line.substr(1);
}

// A reference to a file begins with its kind; anything else is words.
std::string_view state_of(std::string_view text) {
  constexpr std::size_t k_longest_kind = 12;
  for (const std::string_view kind : {"file", "image", "movie"}) {
    if (text.starts_with(kind) && text.substr(0, k_longest_kind).find(':') != text.npos) {
      return "reference";
    }
  }
  return "unknown";
}

class TableTruth {
 public:
  TableTruth(const Table& table, std::ostream& out) : table_(table), out_(out) {
    for (const Field& field : table.fields) fields_[field.id] = &field;
  }

  void write() {
    if (table_.content) {
      table_.content->objects(
          [this](const Object& object) { objects_[object.id] = object_members(object); });
    }
    for (const Cell& cell : table_.globals) container(std::nullopt, cell);
    if (table_.content) table_.content->records([this](const Record& record) { take(record); });
    for (const auto& [id, text] : objects_) {
      if (used_.contains(id)) continue;
      std::string line = "{";
      append_member(line, "table", table_.name);
      append_member(line, "state", "unreferenced");
      out_ << line << ',' << text << "}\n";
    }
    write_table();
  }

 private:
  [[nodiscard]] bool is_container(const Cell& cell) const {
    const auto found = fields_.find(cell.field);
    return found != fields_.end() && found->second->type == ValueType::container;
  }

  void take(const Record& record) {
    ++records_;
    modifications_ += std::uint64_t{record.id} * record.modifications;
    std::vector<const Cell*> cells;
    for (const Cell& cell : record.cells) {
      if (cell.object || !cell.text.empty()) cells.push_back(&cell);
    }
    std::sort(cells.begin(), cells.end(), [](const Cell* a, const Cell* b) {
      return a->field != b->field ? a->field < b->field : a->repetition < b->repetition;
    });
    for (const Cell* cell : cells) {
      if (is_container(*cell)) {
        container(record.id, *cell);
      } else {
        text_cell(record.id, *cell);
      }
    }
  }

  void text_cell(std::uint32_t record, const Cell& cell) {
    ++cells_;
    std::string text = std::to_string(record) + k_field_end + std::to_string(cell.field) +
                       k_field_end + std::to_string(cell.repetition) + k_field_end;
    hash_.add(text + cell.text + k_cell_end);
  }

  void container(std::optional<std::uint32_t> record, const Cell& cell) {
    if (!is_container(cell)) return;
    std::string line = "{";
    append_member(line, "table", table_.name);
    append_raw_member(
        line, "recordId", record ? '"' + std::to_string(*record) + '"' : std::string("null"));
    append_member(line, "field", fields_[cell.field]->name);
    append_raw_member(line, "repetition", std::to_string(cell.repetition));
    if (cell.object) {
      used_.insert(*cell.object);
      append_member(line, "state", "embedded");
      line += ',' + objects_[*cell.object];
    } else {
      append_member(line, "state", state_of(cell.text));
      append_member(line, "text", cell.text);
    }
    out_ << line << "}\n";
  }

  void write_table() {
    std::string line = "{";
    append_member(line, "table", table_.name);
    append_raw_member(line, "records", std::to_string(records_));
    append_raw_member(line,
                      "lastRecordId",
                      std::to_string(table_.content ? table_.content->last_record_id() : 0));
    append_raw_member(line, "cells", std::to_string(cells_));
    append_member(line, "cellsSha256", hash_.hex());
    append_member(line, "modSum", std::to_string(modifications_));
    out_ << line << "}\n";
  }

  const Table& table_;
  std::ostream& out_;
  std::map<std::uint32_t, const Field*> fields_;
  std::map<std::uint32_t, std::string> objects_;
  std::set<std::uint32_t> used_;
  Sha256 hash_;
  std::uint64_t records_{0};
  std::uint64_t cells_{0};
  std::uint64_t modifications_{0};
};

}  // namespace

void write_file_truth(const std::vector<Table>& tables, std::ostream& out) {
  for (const Table& table : tables) TableTruth(table, out).write();
}

}  // namespace fmsim::fmp12
