// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace fmsim {

// What a draw is for: the same index gives unrelated numbers for different topics.
enum class Topic : std::uint64_t {
  kind = 1,
  visit_size,
  visit_patient,
  visit_date,
  category,
  first_field,
  later_field,
  size,
  pool_file,
  record_uuid,
  patient_uuid,
  stray_uuid,
  application_uuid,
  name,
  birth,
  gap,
  mod_id,
  variant,
  storage,
  note,
};

// Scrambles 64 bits so that neighbours have nothing in common (the splitmix64 finalizer).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

// A number that depends on seed, topic and index alone: the whole clinic is made of these.
constexpr std::uint64_t draw(std::uint64_t seed, Topic topic, std::uint64_t index) {
  return mix(mix(seed ^ mix(static_cast<std::uint64_t>(topic))) ^ index);
}

// Maps a draw to [0, 1).
double unit(std::uint64_t drawn);

// Maps a draw to a standard normal deviate, limited to about five sigmas.
double normal(std::uint64_t drawn);

// An upper-case UUID text of version 4 shape made from one draw.
std::string uuid_text(std::uint64_t drawn);

// `bytes` truly random bytes, as lower- or upper-case hex: for tokens, never for the clinic.
std::string random_hex(std::size_t bytes, bool upper);

std::uint64_t random_number();

}  // namespace fmsim
