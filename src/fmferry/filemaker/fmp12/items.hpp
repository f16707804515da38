// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/cursor.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

// A value as the file keeps it: in one entry, or in a directory of numbered pieces.
struct StoredValue {
  std::string key{};
  std::string raw{};                     // joined
  std::optional<std::uint32_t> units{};  // UTF-16 units it must decode to, where the file says
};

// A directory whose entries are one thing's values: a record, a field, a table.
struct Item {
  std::string key{};
  std::vector<StoredValue> values{};  // in the order of their keys
};

// Which values are kept; the others are passed over.
using WantedValue = std::function<bool(ByteView key)>;
// Takes the next item; false ends the walk.
using ItemSink = std::function<Result<bool>(Item&)>;

// The directories right below `base`, in order, from the key `first` on. Nothing when there is no
// such base. `corrupt` for a value whose pieces are not numbered 1, 2, 3 ..., or not as long as its
// head says.
Status for_each_item(const SectorFile& file,
                     const Path& base,
                     ByteView first,
                     const WantedValue& wanted,
                     const ItemSink& sink);

// The one directory `key` right below `base`; nothing when it is not there.
[[nodiscard]] Result<std::optional<Item>> one_item(const SectorFile& file,
                                                   const Path& base,
                                                   ByteView key,
                                                   const WantedValue& wanted);

// A number with its length before it, as values spell it.
[[nodiscard]] std::optional<std::uint32_t> counted_number(ByteView value);

}  // namespace fmferry::fmp12
