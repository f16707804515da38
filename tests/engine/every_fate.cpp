// SPDX-License-Identifier: Apache-2.0
#include "every_fate.hpp"

#include <fmt/core.h>

namespace fmferry::test {

void fill_with_every_fate(World& world) {
  world.settings.width = 2;
  world.settings.store_width = 2;
  for (int i = 0; i < 8; ++i) world.add({{"Full", "JPG number " + std::to_string(i) + "."}});
  world.add({{"Full", ""}, {"Large", "PNG fallback."}});
  world.add({{"Full", "JPG CUT"}, {"Thumb", "JPG thumb."}});
  world.add({{"Full", "JPG BAD"}});
  world.add({});
  const auto one = world.add({{"Full", k_good}});
  const auto two = world.add({{"Full", k_good}});
  for (const auto id : {one, two}) {
    world.source.edit(id, [](MemoryRecord& record) { record.fields["id"] = "shared"; });
  }
  const auto taken = world.add({{"Full", k_good}});
  world.store.set("images/id-" + std::to_string(taken) + ".jpg", "somebody else's");
  const auto orphan = world.add({{"Full", k_good}});
  world.source.edit(orphan, [](MemoryRecord& record) { record.fields["patient"] = "P9"; });
  world.add({{"Full", "JPG " + std::string(300, 'x') + "."}});
}

std::string state_of(World& world) {
  std::string state;
  for (const auto& [key, object] : world.store.objects()) {
    state += fmt::format("object {} {} written {}\n", key, object.bytes, object.writes);
  }
  for (const auto& row : world.source.rows()) {
    state += fmt::format("record {} mark '{}' stamped {}\n",
                         row.record_id,
                         row.record.fields.at("mark"),
                         !row.record.fields.at("stamp").empty());
  }
  for (const auto& row : world.rows()) {
    state += fmt::format(
        "row {} {} {} {} mark '{}' key {} stamped {} problem '{}' linked {} '{}' "
        "changed {}\n",
        row.seen.record_id,
        name_of(row.fate),
        row.reason,
        row.choice,
        row.mark,
        row.stored ? row.stored->key : "-",
        !row.stamped_at.empty(),
        row.stamp_problem,
        !row.image_id.empty(),
        row.link_problem,
        row.changed_since);
  }
  for (const auto& [id, image] : world.catalogue.images) {
    state += fmt::format("image {} {} {}\n", id, image.key, image.length);
  }
  return state;
}

}  // namespace fmferry::test
