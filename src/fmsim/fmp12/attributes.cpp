// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/attributes.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/random.hpp>

#include <string>

namespace fmsim::fmp12 {
namespace {

std::string bytes_of(std::uint64_t drawn, std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    bytes += static_cast<char>(mix(drawn ^ (i << 32U)) & 0xFFU);
  }
  return bytes;
}

}  // namespace

void write_attributes(Writer& writer, std::uint64_t seed, std::uint32_t modifications) {
  // Files of old versions have none of these but the count.
  const bool dated = !writer.options().fp7;
  if (dated) writer.entry("\xD8", bytes_of(mix(seed), 16));
  if (modifications > 0) writer.entry("\xFC", counted(modifications));
  if (!dated) return;
  writer.entry("\xFC\x01", stored("Clinic Mac").bytes);
  writer.entry("\xFC\x02", stored("Admin").bytes);
  writer.entry("\xFC\x03", "\x08\x9F\xA5\x89\x80" + bytes_of(mix(seed ^ 3U), 4));
}

}  // namespace fmsim::fmp12
