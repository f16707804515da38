// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/catalogue.hpp>

#include <map>
#include <string>

namespace fmferry {

// A catalogue in memory. Not thread-safe, as the port says.
class MemoryCatalogue final : public Catalogue {
 public:
  [[nodiscard]] std::string identity() const override { return "memory:catalogue"; }

  Status check() override { return {}; }

  Result<std::vector<std::optional<std::string>>> parents(
      std::span<const ParentKeys> keys) override;
  Result<UpsertCounts> upsert(std::span<const ImageRow> rows) override;
  Result<Rehearsal> rehearse(std::span<const ImageRow> rows) override;
  Result<std::vector<CatalogueRow>> rows(std::span<const std::string> image_ids) override;
  Result<std::vector<CatalogueRow>> rows_after(const std::string& image_id, int limit) override;
  Result<std::vector<CatalogueRow>> orphans_after(const std::string& image_id, int limit) override;

  // A second call with the same source id gives it another parent.
  void add_parent(const std::string& source_id, const std::string& parent_id);

  // By image id; to look at, and to spoil.
  std::map<std::string, ImageRow> images{};
  UpsertCounts totals{};

 private:
  Result<UpsertCounts> put(std::map<std::string, ImageRow>& after, std::span<const ImageRow> rows);

  std::map<std::string, std::string> parents_;  // source id to parent
};

}  // namespace fmferry
