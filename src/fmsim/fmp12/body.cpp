// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/fmp12/body.hpp>

#include <memory>
#include <utility>

namespace fmsim::fmp12 {

Body Body::of(std::string bytes) {
  const auto kept = std::make_shared<const std::string>(std::move(bytes));
  return {kept->size(), [kept](const Sink& sink) { sink(*kept); }};
}

std::string Body::sha256() const {
  Sha256 hash;
  read([&hash](std::string_view bytes) { hash.add(bytes); });
  return hash.hex();
}

std::string Body::copy() const {
  std::string bytes;
  read([&bytes](std::string_view part) { bytes += part; });
  return bytes;
}

}  // namespace fmsim::fmp12
