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
  sign_in,   // Claris' page and Amazon Cognito
  push,      // no request: a script's upload
  stream,    // both hops of a container download; OData: $value of a container
  service,   // the rest is OData's alone: the lists of databases and tables
  property,  // one field of one record
  bulk_edit,
  batch,
  wrong_method,  // the path exists, the method does not
  unknown,
};

inline constexpr std::size_t k_route_kinds = 27;

std::string_view name_of(RouteKind kind);

// The engines are processes of their own, each with its own load, crashes and counters.
enum class Door : std::uint8_t { data_api, odata };

inline constexpr std::size_t k_doors = 2;

std::string_view name_of(Door door);

struct Route {
  RouteKind kind{RouteKind::unknown};
  Door door{Door::data_api};
  std::string version;
  std::string database;
  std::string layout;     // OData: the table occurrence
  std::string record_id;  // as sent; OData: the ROWID, also when a key was sent
  std::string field;      // upload: field and repetition; script: its name; logout: the token
  std::string repetition;
};

Route find_route(const std::string& method, const Target& target);

}  // namespace fmsim
