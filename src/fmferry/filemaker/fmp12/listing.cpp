// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/listing.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <charconv>

namespace fmferry::fmp12 {

std::string to_handle(const ObjectHandle& object) {
  return std::to_string(object.table) + ":" + to_hex(object.key);
}

std::optional<ObjectHandle> from_handle(std::string_view handle) {
  const auto colon = handle.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  ObjectHandle object;
  std::from_chars(handle.data(), handle.data() + colon, object.table);
  const auto key = from_hex(handle.substr(colon + 1));
  if (!key || key->empty()) return std::nullopt;
  object.key = *key;
  return object;
}

Result<Container> container_of(const Table& table, std::string name, const Cell* cell) {
  Container container{.field = std::move(name)};
  if (cell == nullptr || cell->raw.empty()) return container;
  FMF_TRY_ASSIGN(const ContainerValue value, container_value_of(*cell));
  if (value.kind == ContainerValue::Kind::embedded) {
    container.state = ContainerState::filled;
    container.handle = to_handle({.table = table.id, .key = value.object});
  } else {
    container.state = ContainerState::unreachable;
  }
  return container;
}

std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> container_names(
    const std::vector<const Table*>& tables) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> names;
  std::map<std::string, int> taken;
  for (const Table* table : tables) {
    for (const auto& field : table->fields) {
      if (!field.is_container()) continue;
      // Dots may stand in both names: "a.b" + "c" and "a" + "b.c" are told apart by their ids.
      std::string name = table->name + "." + field.name;
      if (taken[name]++ > 0) {
        name += "~" + std::to_string(table->id) + "-" + std::to_string(field.id);
      }
      names[{table->id, field.id}] = name;
    }
  }
  return names;
}

}  // namespace fmferry::fmp12
