// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/picture_body.hpp>

#include <memory>
#include <utility>

namespace fmsim::fmp12 {

Body body_of(Picture picture) {
  const std::uint64_t size = picture.size();
  const auto kept = std::make_shared<const Picture>(std::move(picture));
  return {size, [kept](const Body::Sink& sink) {
            for (std::size_t at = 0; at < kept->size();) {
              const std::string_view part = kept->at(at);
              sink(part);
              at += part.size();
            }
          }};
}

}  // namespace fmsim::fmp12
