// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/ports/source.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

// "the Data API"
[[nodiscard]] std::string_view name_of(Door door);

// The doors to be opened, in the order of preference where they do a task equally well. ODBC needs
// a driver on this machine, so it is one of them only where it was named.
[[nodiscard]] std::vector<Door> doors_of(const Config& config);

struct OpenDoor {
  Door door{Door::data_api};
  SourceCapabilities can{};
};

// Which door does what.
struct DoorChoice {
  Door list{Door::data_api};
  Door fetch{Door::data_api};
  Door write{Door::data_api};

  friend bool operator==(const DoorChoice&, const DoorChoice&) = default;
};

// Each task goes through the door that was set for it if that is open, or else through the one
// whose capabilities do it best:
//   list    one that tells which containers are empty, so that nothing is fetched to find out
//   fetch   one that tells file names: its addresses also last, and take one request
//   write   the one that takes the most records at once
// `doors` are in the order of preference, and at least one.
[[nodiscard]] DoorChoice choose_doors(std::span<const OpenDoor> doors, const DoorTasks& set);

// "way in: lists over the Data API (...), fetches over OData (...), writes over OData (...)"
[[nodiscard]] std::string in_words(const DoorChoice& choice,
                                   std::span<const OpenDoor> doors,
                                   const DoorTasks& set);

}  // namespace fmferry
