// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/catalogue.hpp>
#include <fmsim/fmp12/database.hpp>
#include <fmsim/fmp12/id_set.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/object_store.hpp>
#include <fmsim/fmp12/values.hpp>

#include <algorithm>

namespace fmsim::fmp12 {
namespace {

constexpr std::uint64_t k_between_progress = 512;

class DatabaseWriter {
 public:
  DatabaseWriter(Writer& writer, const std::function<void(const Written&)>& progress)
      : writer_(writer), progress_(progress) {}

  void write(const Table& table) {
    const Directory directory(writer_, key_of(table.id));
    const std::uint32_t last = table.content ? table.content->last_record_id() : 0;
    if (last > 0) writer_.entry(key_of(0U), counted(last));
    write_value_index(writer_, table);
    write_fields(writer_, table);
    IdSet ids;
    bool any = false;
    if (table.content && last > 0) any = write_records(*table.content, ids);
    if (!table.globals.empty()) {
      const Directory globals(writer_, key_of(8));
      write_cells(writer_, table.globals, 0);
    }
    if (any) {
      const Directory set(writer_, key_of(0x0D));
      ids.write(writer_);
    }
    if (table.content) {
      write_objects(
          writer_, *table.content, writer_.options().seed ^ table.id, [this](std::uint64_t) {
            tell(++written_.objects);
          });
    }
  }

  [[nodiscard]] const Written& written() const { return written_; }

 private:
  bool write_records(const Content& content, IdSet& ids) {
    const Directory records(writer_, key_of(5));
    const std::uint64_t before = written_.records;
    content.records([this, &ids](const Record& record) {
      ids.add(record.id);
      const Directory one(writer_, key_of(record.id));
      write_cells(writer_, record.cells, record.modifications);
      tell(++written_.records);
    });
    return written_.records > before;
  }

  void tell(std::uint64_t count) {
    if (!progress_ || count % k_between_progress != 0) return;
    written_.bytes = writer_.bytes();
    progress_(written_);
  }

  Writer& writer_;
  const std::function<void(const Written&)>& progress_;
  Written written_;
};

}  // namespace

Written write_database(const std::string& path,
                       const std::vector<Table>& tables,
                       const FileOptions& options,
                       const std::function<void(const Written&)>& progress) {
  std::vector<Table> sorted = tables;
  std::sort(
      sorted.begin(), sorted.end(), [](const Table& a, const Table& b) { return a.id < b.id; });
  Writer writer(path, options);
  write_catalogue(writer, sorted);
  DatabaseWriter tables_writer(writer, progress);
  for (const Table& table : sorted) tables_writer.write(table);
  write_leftovers(writer);
  writer.finish();
  Written written = tables_writer.written();
  written.bytes = writer.bytes();
  written.leaves = writer.leaves();
  written.root_level = writer.root_level();
  return written;
}

}  // namespace fmsim::fmp12
