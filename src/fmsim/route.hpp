// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/target.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fmsim {

// What a request asks for.
enum class RouteKind : std::uint8_t {
  product_info,
  databases,
  login,
  logout,
  validate,
  layouts,
  scripts,
  metadata,
  records,
  record,
  find,
  create,
  edit,
  duplicate,
  remove,
  upload,
  globals,
  script,
  sign_in,       // Claris' page and Amazon Cognito
  stream,        // both hops of a container download
  wrong_method,  // the path exists, the method does not
  unknown,
};

inline constexpr std::size_t k_route_kinds = 22;

std::string_view name_of(RouteKind kind);

struct Route {
  RouteKind kind{RouteKind::unknown};
  std::string version;
  std::string database;
  std::string layout;
  std::string record_id;  // as sent
  std::string field;      // upload: field and repetition; script: its name; logout: the token
  std::string repetition;
};

Route find_route(const std::string& method, const Target& target);

}  // namespace fmsim
