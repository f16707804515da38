// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/door_choice.hpp>

#include <algorithm>

namespace fmferry {
namespace {

bool lists_better(const SourceCapabilities& a, const SourceCapabilities& b) {
  return a.tells_emptiness && !b.tells_emptiness;
}

bool fetches_better(const SourceCapabilities& a, const SourceCapabilities& b) {
  return a.file_names && !b.file_names;
}

bool writes_better(const SourceCapabilities& a, const SourceCapabilities& b) {
  if (a.write_back != b.write_back) return a.write_back;
  return a.write_batch > b.write_batch;
}

using Better = bool (*)(const SourceCapabilities&, const SourceCapabilities&);

Door best_for(std::span<const OpenDoor> doors, const std::optional<Door>& set, Better better) {
  const bool is_open = set && std::ranges::find(doors, *set, &OpenDoor::door) != doors.end();
  if (is_open) return *set;
  return std::ranges::min_element(doors, better, &OpenDoor::can)->door;
}

const SourceCapabilities& what_it_can(std::span<const OpenDoor> doors, Door door) {
  return std::ranges::find(doors, door, &OpenDoor::door)->can;
}

}  // namespace

std::string_view name_of(Door door) {
  switch (door) {
    case Door::data_api:
      return "the Data API";
    case Door::odata:
      return "OData";
    case Door::odbc:
      return "ODBC";
  }
  return "the source";
}

std::vector<Door> doors_of(const Config& config) {
  const SourceConfig& source = config.source;
  const DoorTasks& tasks = source.doors;
  if (source.kind != SourceKind::mixed && source.kind != SourceKind::automatic) {
    return {source.door};
  }
  const bool all_set = tasks.list && tasks.fetch && tasks.write;
  std::vector<Door> doors;
  for (const Door door : {Door::data_api, Door::odata, Door::odbc}) {
    const bool asked_for = tasks.list == door || tasks.fetch == door || tasks.write == door;
    const bool may_be = door != Door::odbc || !config.odbc.dsn.empty();
    if (asked_for || (!all_set && may_be)) doors.push_back(door);
  }
  return doors;
}

DoorChoice choose_doors(std::span<const OpenDoor> doors, const DoorTasks& set) {
  return {.list = best_for(doors, set.list, lists_better),
          .fetch = best_for(doors, set.fetch, fetches_better),
          .write = best_for(doors, set.write, writes_better)};
}

std::string in_words(const DoorChoice& choice,
                     std::span<const OpenDoor> doors,
                     const DoorTasks& set) {
  std::string words = "way in: lists over " + std::string(name_of(choice.list));
  words += set.list == choice.list ? " (as set)"
           : what_it_can(doors, choice.list).tells_emptiness
               ? " (it shows which containers are filled)"
               : " (which containers are filled shows as they are fetched)";
  words += ", fetches over " + std::string(name_of(choice.fetch));
  words += set.fetch == choice.fetch                     ? " (as set)"
           : what_it_can(doors, choice.fetch).file_names ? " (one request a file, and its name)"
                                                         : "";
  words += ", writes over " + std::string(name_of(choice.write));
  words += set.write == choice.write                          ? " (as set)"
           : what_it_can(doors, choice.write).write_batch > 1 ? " (many records a request)"
                                                              : " (a request a record)";
  return words;
}

}  // namespace fmferry
