// SPDX-License-Identifier: Apache-2.0
#include <fmferry/memory/memory_catalogue.hpp>

#include <algorithm>
#include <tuple>

namespace fmferry {
namespace {

auto contents_of(const ImageRow& row) {
  return std::tie(row.parent_id,
                  row.day,
                  row.key,
                  row.original_name,
                  row.length,
                  row.media_type,
                  row.width,
                  row.height,
                  row.category,
                  row.thumbnail_key,
                  row.source_id);
}

}  // namespace

Result<std::vector<std::optional<std::string>>> MemoryCatalogue::parents(
    std::span<const ParentKeys> keys) {
  std::vector<std::optional<std::string>> found;
  for (const auto& told : keys) {
    const auto key = std::ranges::find_if(
        told, [this](const std::string& one) { return parents_.contains(one); });
    found.push_back(key == told.end() ? std::nullopt : std::optional(parents_.at(*key)));
  }
  return found;
}

Result<UpsertCounts> MemoryCatalogue::put(std::map<std::string, ImageRow>& after,
                                          std::span<const ImageRow> rows) {
  UpsertCounts counts;
  for (const auto& row : rows) {
    const bool taken = std::ranges::any_of(after, [&row](const auto& entry) {
      return entry.second.source_id == row.source_id && entry.first != row.image_id;
    });
    if (taken) return fail(ErrorKind::conflict, "another image has this source id");
    const auto [there, is_new] = after.try_emplace(row.image_id, row);
    if (is_new) {
      ++counts.inserted;
    } else if (contents_of(there->second) == contents_of(row)) {
      ++counts.unchanged;
    } else {
      there->second = row;
      ++counts.changed;
    }
  }
  return counts;
}

Result<UpsertCounts> MemoryCatalogue::upsert(std::span<const ImageRow> rows) {
  auto after = images;
  FMF_TRY_ASSIGN(const UpsertCounts counts, put(after, rows));
  images = std::move(after);
  totals.inserted += counts.inserted;
  totals.changed += counts.changed;
  totals.unchanged += counts.unchanged;
  return counts;
}

Result<Rehearsal> MemoryCatalogue::rehearse(std::span<const ImageRow> rows) {
  auto after = images;
  Rehearsal rehearsal;
  FMF_TRY_ASSIGN(rehearsal.counts, put(after, rows));
  for (const auto& row : rows) {
    rehearsal.rows.push_back({.table = "images", .columns = {{"image_id", row.image_id}}});
  }
  return rehearsal;
}

Result<std::vector<CatalogueRow>> MemoryCatalogue::rows(std::span<const std::string> image_ids) {
  std::vector<CatalogueRow> found;
  for (const auto& id : image_ids) {
    const auto image = images.find(id);
    if (image == images.end()) continue;
    found.push_back({.image_id = id, .key = image->second.key, .length = image->second.length});
  }
  return found;
}

Result<std::vector<CatalogueRow>> MemoryCatalogue::rows_after(const std::string& image_id,
                                                              int limit) {
  std::vector<CatalogueRow> found;
  for (auto at = images.upper_bound(image_id);
       at != images.end() && found.size() < static_cast<std::size_t>(limit);
       ++at) {
    found.push_back({.image_id = at->first, .key = at->second.key, .length = at->second.length});
  }
  return found;
}

Result<std::vector<CatalogueRow>> MemoryCatalogue::orphans_after(const std::string& image_id,
                                                                 int limit) {
  std::vector<CatalogueRow> found;
  for (auto at = images.upper_bound(image_id);
       at != images.end() && found.size() < static_cast<std::size_t>(limit);
       ++at) {
    const auto& image = at->second;
    const bool has_parent = std::ranges::any_of(
        parents_, [&image](const auto& parent) { return parent.second == image.parent_id; });
    if (has_parent) continue;
    found.push_back({.image_id = at->first, .key = image.key, .length = image.length});
  }
  return found;
}

void MemoryCatalogue::add_parent(const std::string& source_id, const std::string& parent_id) {
  parents_[source_id] = parent_id;
}

}  // namespace fmferry
