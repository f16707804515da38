// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a database: nothing may crash, hang or be read out of bounds, whatever it says.
#include "fmp12/memory_file.hpp"
#include "packed_file.hpp"
#include <fmferry/filemaker/fmp12/database.hpp>
#include <fmferry/filemaker/fmp12/fmp12_source.hpp>
#include <fmferry/filemaker/fmp12/inspection.hpp>
#include <fmferry/filemaker/fmp12/survey.hpp>

#include <cstdint>

namespace fmferry {
namespace {

using fmp12::ContainerObject;
using fmp12::Database;
using fmp12::Row;
using fmp12::Table;

bool every_field(std::uint32_t /*field*/) {
  return true;
}

// The results are of no interest, but all calls are made.
template <class T>
void ignore(const T& /*result*/) {}

void read_table(const Database& database, const Table& table) {
  ignore(fmp12::survey(database, table));
  ignore(database.record_ids(table));
  ignore(database.rows(table, 0, every_field, [](Row& row) -> Result<bool> {
    for (const auto& cell : row.cells) {
      ignore(text_of(cell));
      ignore(container_value_of(cell));
    }
    return true;
  }));
  ignore(database.row(table, 2, every_field));
  ignore(database.globals(table, every_field));
  ignore(database.objects(table, [&](const ContainerObject& object) -> Result<bool> {
    ignore(object.alternatives());
    ignore(database.stream(table, object, [](ByteView) -> Status { return {}; }));
    return true;
  }));
}

void read_source(const std::shared_ptr<const Database>& database) {
  const auto source = Fmp12Source::open(database, {});
  if (!source) return;
  const auto page = (*source)->page(1, 100, {});
  if (!page) return;
  for (const auto& record : page->records) {
    ignore((*source)->read(record.record_id, {}));
    for (const auto& container : record.containers) {
      ignore((*source)->fetch(record, container, [](ByteView) -> Status { return {}; }, {}));
    }
  }
}

void read_everything(ByteView bytes) {
  const testing_support::MemoryFile file(bytes);
  const auto database = Database::open(file.path(), {.allow_unclean = true});
  if (!database) return;
  for (const auto& table : (*database)->tables()) read_table(**database, table);
  read_source(*database);
  ignore(fmp12::check(**database));
}

}  // namespace
}  // namespace fmferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::read_everything(
      fmferry::testing_support::unpack({reinterpret_cast<const char*>(data), size}));
  return 0;
}
