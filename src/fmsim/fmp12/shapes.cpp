// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/picture_body.hpp>
#include <fmsim/fmp12/picture_size.hpp>
#include <fmsim/fmp12/shapes.hpp>
#include <fmsim/fmp12/streams.hpp>
#include <fmsim/names.hpp>
#include <fmsim/random.hpp>

#include <algorithm>

namespace fmsim::fmp12 {
namespace {

constexpr std::uint64_t k_picture_every = 1000;

std::uint32_t narrow(std::uint64_t number) {
  return static_cast<std::uint32_t>(number);
}

Field field(std::uint32_t id, std::string name, ValueType type) {
  Field one;
  one.id = id;
  one.name = std::move(name);
  one.type = type;
  return one;
}

std::string note_of(std::uint64_t seed, std::uint64_t index) {
  return "fmsim " + std::to_string(seed) + "/" + std::to_string(index);
}

class Small : public Content {
 public:
  Small(std::uint64_t seed, std::uint64_t records, const Pool& pool)
      : seed_(seed), records_(records), pool_(pool) {}

  [[nodiscard]] std::uint32_t last_record_id() const override {
    return records_ == 0 ? 0 : id_of(records_ - 1);
  }

  void records(const TakeRecord& take) const override {
    Record record;
    for (std::uint64_t index = 0; index < records_; ++index) {
      const std::uint64_t drawn = draw(seed_, Topic::name, index);
      record.id = id_of(index);
      record.modifications = narrow(drawn % 3);
      record.cells.clear();
      record.cells.push_back({1, 1, std::to_string(100'000 + index), {}, {}});
      record.cells.push_back({2, 1, std::string(made_first_name(drawn)), {}, {}});
      record.cells.push_back({3, 1, std::string(made_last_name(mix(drawn))), {}, {}});
      record.cells.push_back({4, 1, std::to_string(mix(drawn) % 10'000), {}, {}});
      if (index % k_picture_every == 0) {
        record.cells.push_back({5, 1, "", narrow(index / k_picture_every + 1), {}});
      }
      take(record);
    }
  }

  void objects(const TakeObject& take) const override {
    for (std::uint64_t index = 0; index < records_; index += k_picture_every) {
      const std::uint64_t drawn = draw(seed_, Topic::pool_file, index);
      const std::string_view file =
          pool_.file(Format::jpeg, pool_.near(Format::jpeg, 26'000, drawn));
      const PictureSize size = picture_size(file);
      take({narrow(index / k_picture_every + 1),
            1,
            inserted_picture(
                "JPEG",
                body_of(Picture::from_pool(Format::jpeg, file, note_of(seed_, index), 1.0)),
                std::to_string(index) + ".jpg",
                size.width,
                size.height)});
    }
  }

 private:
  // Every fifth id belonged to a record that is gone.
  static std::uint32_t id_of(std::uint64_t index) { return narrow(1 + index + index / 4); }

  std::uint64_t seed_;
  std::uint64_t records_;
  const Pool& pool_;
};

class Photographs : public Content {
 public:
  Photographs(std::uint64_t seed, std::uint64_t records, std::uint64_t bytes, const Pool& pool)
      : seed_(seed), records_(records), bytes_(bytes), pool_(pool) {}

  [[nodiscard]] std::uint32_t last_record_id() const override { return narrow(records_); }

  void records(const TakeRecord& take) const override {
    for (std::uint64_t index = 0; index < records_; ++index) {
      const std::uint32_t id = narrow(index + 1);
      Record record;
      record.id = id;
      record.cells.push_back({1, 1, name_of(index), {}, {}});
      record.cells.push_back({2, 1, "", id, {}});
      take(record);
    }
  }

  void objects(const TakeObject& take) const override {
    for (std::uint64_t index = 0; index < records_; ++index) {
      const std::uint64_t size = size_of(index);
      const std::size_t chosen =
          pool_.near(Format::jpeg, static_cast<double>(size), draw(seed_, Topic::pool_file, index));
      const std::string_view file = pool_.file(Format::jpeg, chosen);
      const PictureSize shown = picture_size(file);
      take({narrow(index + 1),
            1,
            inserted_picture(
                "JPEG", filled(file, index, size), name_of(index), shown.width, shown.height)});
    }
  }

 private:
  static std::string name_of(std::uint64_t index) {
    return "IMG_" + std::to_string(10'000 + index) + ".jpg";
  }

  // Between 0.4 and 1.6 of the mean.
  [[nodiscard]] std::uint64_t size_of(std::uint64_t index) const {
    const double mean = static_cast<double>(bytes_) / static_cast<double>(records_);
    return static_cast<std::uint64_t>(mean * (0.4 + 1.2 * unit(draw(seed_, Topic::size, index))));
  }

  // Whatever comes after a JPEG's end, viewers leave alone.
  [[nodiscard]] Body filled(std::string_view file, std::uint64_t index, std::uint64_t size) const {
    const Body whole = body_of(Picture::from_pool(Format::jpeg, file, note_of(seed_, index), 1.0));
    if (whole.size() >= size) return whole;
    return {size, [whole, file, size](const Body::Sink& sink) {
              whole.read(sink);
              for (std::uint64_t left = size - whole.size(); left > 0;) {
                const std::uint64_t part = std::min<std::uint64_t>(left, file.size());
                sink(file.substr(0, part));
                left -= part;
              }
            }};
  }

  std::uint64_t seed_;
  std::uint64_t records_;
  std::uint64_t bytes_;
  const Pool& pool_;
};

}  // namespace

std::vector<Table> many_small(std::uint64_t seed, std::uint64_t records, const Pool& pool) {
  Table table;
  table.id = 129;
  table.name = "Readings";
  table.fields = {field(1, "number", ValueType::number),
                  field(2, "first_name", ValueType::text),
                  field(3, "last_name", ValueType::text),
                  field(4, "reading", ValueType::number),
                  field(5, "picture", ValueType::container)};
  table.content = std::make_shared<Small>(seed, records, pool);
  return {table};
}

std::vector<Table> photographs(std::uint64_t seed,
                               std::uint64_t records,
                               std::uint64_t bytes,
                               const Pool& pool) {
  Table table;
  table.id = 129;
  table.name = "Photographs";
  table.fields = {field(1, "name", ValueType::text), field(2, "photograph", ValueType::container)};
  table.content = std::make_shared<Photographs>(seed, records, bytes, pool);
  return {table};
}

}  // namespace fmsim::fmp12
