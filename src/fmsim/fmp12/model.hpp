// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/body.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a file says: tables of fields, records of cells, objects of streams.
namespace fmsim::fmp12 {

// The numbers are those of the file.
enum class FieldKind : std::uint8_t { normal = 1, calculation = 2, summary = 3 };
enum class ValueType : std::uint8_t {
  text = 1,
  number = 2,
  date = 3,
  time = 4,
  timestamp = 5,
  container = 6
};

// Where a container field says that its contents are.
enum class Storage : std::uint8_t { inside, open, secure };

struct Field {
  std::uint32_t id{0};
  std::string name{};
  ValueType type{ValueType::text};
  FieldKind kind{FieldKind::normal};
  std::uint32_t repetitions{1};
  bool global{false};
  bool unstored{false};
  Storage storage{Storage::inside};
  std::string comment{};
};

// How a value lies in the file.
enum class Shape : std::uint8_t {
  automatic,  // plain when it is short and each unit is one byte
  plain,
  directory,   // head of 8 bytes, pieces
  short_head,  // the same with a head of 4
  styled,      // the same with a head of 12 and style runs
};

// A value of a record, or of a global field. In a container field the text is a reference to a
// file, or words; an embedded object is in `object`.
struct Cell {
  std::uint32_t field{0};
  std::uint32_t repetition{1};
  std::string text{};  // UTF-8, lines end with CR
  std::optional<std::uint32_t> object{};
  Shape shape{Shape::automatic};
};

struct Record {
  std::uint32_t id{0};
  std::uint32_t modifications{0};
  std::vector<Cell> cells{};  // in any order
};

struct Stream {
  std::string type{};  // four characters
  Body body{};
  std::optional<std::string>
      name{};  // in FNAM: the file's name, which the body says in its own way
};

// A stored container. Streams may be in any order; they are written ascending.
struct Object {
  std::uint32_t id{0};
  std::uint32_t uses{1};
  std::vector<Stream> streams{};
};

// A table's records and objects, in order of their ids. May be asked again and again and answers
// the same, so that tables larger than memory can be written.
class Content {
 public:
  using TakeRecord = std::function<void(const Record&)>;
  using TakeObject = std::function<void(const Object&)>;

  virtual ~Content() = default;

  // The highest record id ever given out; deleted records count.
  [[nodiscard]] virtual std::uint32_t last_record_id() const = 0;
  virtual void records(const TakeRecord& take) const = 0;
  virtual void objects(const TakeObject& take) const = 0;
};

struct Table {
  std::uint32_t id{0};  // 129 and up
  std::string name{};
  std::vector<Field> fields{};
  std::vector<Cell> globals{};
  std::shared_ptr<const Content> content{};
};

}  // namespace fmsim::fmp12
