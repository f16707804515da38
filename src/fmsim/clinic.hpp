// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/mix.hpp>
#include <fmsim/picture.hpp>
#include <fmsim/pool.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmsim {

inline constexpr std::size_t k_containers = 5;

// In the order in which a clinic prefers them.
inline constexpr std::array<std::string_view, k_containers> k_container_fields{
    "image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"};

enum class Filling : std::uint8_t { empty, filled, question, reference, text };

std::string_view name_of(Filling filling);

// What one container field of one record holds.
struct Container {
  Filling filling{Filling::empty};
  Format format{Format::jpeg};
  std::string_view shown_extension;  // with its dot, as the streaming URL ends; may be ""
  std::size_t file{0};               // in the pool, by format
  double kept{1.0};                  // less than 1: the bytes are cut off there
  bool additional{false};            // lies in the additional database folder
  bool external{false};              // stored outside the file

  [[nodiscard]] bool complete() const { return filling == Filling::filled && kept >= 1.0; }
};

using Containers = std::array<Container, k_containers>;

struct Patient {
  std::string id;
  std::string first_name;
  std::string last_name;
  std::string date_of_birth;
  std::uint64_t chart_number{0};
};

// A made-up clinic. Every answer is computed from the seed and a record's index (0-based, in order
// of creation), so that ten million records need no memory and the same options give the same
// bytes. Const after construction: any thread may ask.
class Clinic {
 public:
  // `pool` must outlive the clinic.
  Clinic(std::uint64_t seed, std::uint64_t records, const Pool& pool);

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  [[nodiscard]] std::uint64_t records() const { return records_; }

  [[nodiscard]] std::uint64_t patients() const { return patients_; }

  // FileMaker's recordId: ascending with gaps. Good for images and patients alike.
  [[nodiscard]] std::uint64_t record_id(std::uint64_t index) const;
  [[nodiscard]] std::optional<std::uint64_t> index_of(std::uint64_t record_id) const;

  // How often the record was committed before the simulator started.
  [[nodiscard]] std::uint64_t mod_id(std::uint64_t index) const;

  [[nodiscard]] Kind kind(std::uint64_t index) const { return kind_of(seed_, index); }

  [[nodiscard]] std::string id(std::uint64_t index) const;
  [[nodiscard]] std::string patient_id(std::uint64_t index) const;
  [[nodiscard]] std::string image_date(std::uint64_t index) const;
  [[nodiscard]] std::string_view category(std::uint64_t index) const;
  [[nodiscard]] Containers containers(std::uint64_t index) const;

  // The earlier record whose id a record of kind duplicate_id repeats; each is repeated once.
  [[nodiscard]] std::uint64_t original_of(std::uint64_t index) const;

  // The text of a container that holds a reference, a `?` or typed text.
  [[nodiscard]] std::string container_text(std::uint64_t index, std::size_t field) const;

  // The name under which a container's file was inserted: cameras and people name files; some
  // write other scripts.
  [[nodiscard]] std::string file_name(std::uint64_t index,
                                      std::size_t field,
                                      std::string_view extension) const;

  // The bytes of a filled container.
  [[nodiscard]] Picture picture(std::uint64_t index, std::size_t field) const;
  [[nodiscard]] Picture picture(std::uint64_t index,
                                std::size_t field,
                                const Container& container) const;

  // The first container that holds a complete picture.
  [[nodiscard]] std::optional<std::size_t> choice(const Containers& containers) const;

  [[nodiscard]] std::string patient_uuid(std::uint64_t patient) const;
  [[nodiscard]] Patient patient(std::uint64_t patient) const;
  [[nodiscard]] std::uint64_t patient_of(std::uint64_t index) const;

 private:
  struct Visit {
    std::uint64_t number;
    std::uint64_t patient;
  };

  [[nodiscard]] Visit visit_of(std::uint64_t index) const;
  [[nodiscard]] std::string own_id(std::uint64_t index) const;
  [[nodiscard]] double wanted_size(std::uint64_t index) const;
  void fill_plain(Containers& fields, std::uint64_t index, std::size_t first) const;

  std::uint64_t seed_;
  std::uint64_t records_;
  std::uint64_t patients_;
  const Pool& pool_;
};

}  // namespace fmsim
