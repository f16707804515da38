// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/survey.hpp>
#include <fmferry/ports/source.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

using Surveys = std::map<std::uint32_t, TableSurvey>;  // by table id

// What counts as a record of a file: the records of one table, or every container value. Const
// calls are thread-safe; count() and page() need the surveys.
class Listing {
 public:
  virtual ~Listing() = default;

  [[nodiscard]] virtual std::vector<const Table*> tables() const = 0;
  [[nodiscard]] virtual Result<std::int64_t> count(const Surveys& surveys) const = 0;
  // The records offset .. offset+limit-1, 1-based.
  [[nodiscard]] virtual Result<std::vector<Record>> page(const Surveys& surveys,
                                                         std::int64_t offset,
                                                         int limit) const = 0;
  [[nodiscard]] virtual Result<Record> read(RecordId record_id) const = 0;
};

struct TableWishes {
  std::string table{};
  std::vector<std::string> fields{};
  std::vector<std::string> containers{};
};

// The records of one table. `invalid` when it or a field is not there.
Result<std::unique_ptr<Listing>> list_table(std::shared_ptr<const Database> database,
                                            const TableWishes& wishes);

// Every container value of these tables; of all when empty.
Result<std::unique_ptr<Listing>> list_every_container(std::shared_ptr<const Database> database,
                                                      const std::vector<std::string>& only_tables);

// Which object a container is: the handle that travels in Container.
struct ObjectHandle {
  std::uint32_t table{0};
  std::string key{};
};

[[nodiscard]] std::string to_handle(const ObjectHandle& object);
[[nodiscard]] std::optional<ObjectHandle> from_handle(std::string_view handle);

// The container that a cell shows; `corrupt` when its value does not decode.
[[nodiscard]] Result<Container> container_of(const Table& table,
                                             std::string name,
                                             const Cell* cell);

// "TABLE.FIELD" for each container field, by table id and field id; no two are the same.
[[nodiscard]] std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> container_names(
    const std::vector<const Table*>& tables);

}  // namespace fmferry::fmp12
