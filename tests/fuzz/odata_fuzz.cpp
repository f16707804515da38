// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an answer of OData: metadata, rows, errors and the parts of a batch.
#include "fuzzing.hpp"
#include <fmferry/filemaker/odata/batch.hpp>
#include <fmferry/filemaker/odata/rows.hpp>
#include <fmferry/filemaker/odata/value.hpp>

#include <boost/json.hpp>

namespace fmferry::odata {
namespace {

using fuzzing::ignore;
using fuzzing::must;
using fuzzing::must_be_a_line;

void read_table(std::string_view text) {
  const auto table = read_metadata(text, "Images");
  if (!table) return must_be_a_line(to_line(table.error()));
  for (const auto& column : table->columns) must(table->find(column.name) != nullptr);
  ODataOptions options{.table = "Images", .containers = {"photo"}, .fields = {"id"}};
  options.written_fields = {"best"};
  ignore(shape_for(options, *table));
}

void read_rows(const HttpResponse& response) {
  const auto object = read_object(response);
  if (!object) return must_be_a_line(to_line(object.error()));
  ignore(count_of(*object));
  const auto rows = rows_of(*object);
  if (!rows) return;
  const RecordShape shape{.containers = {"photo"},
                          .fields = {{.name = "id"},
                                     {.name = "at", .type = ColumnType::timestamp},
                                     {.name = "n", .type = ColumnType::number}}};
  for (const auto& row : **rows) {
    if (!row.is_object()) continue;
    const auto record = read_row(row.get_object(), shape);
    if (record) must(record->containers.size() == shape.containers.size());
    for (const auto& field : row.get_object()) {
      ignore(zone_of(field.value()));
      for (const auto type : {ColumnType::text, ColumnType::number, ColumnType::timestamp}) {
        ignore(shown_value(field.value(), type));
        ignore(literal_of(field.value(), type));
      }
    }
  }
}

void read_answer(std::string_view first, std::string_view body) {
  for (const int status : {200, 204, 400, 401, 404, 503}) {
    HttpResponse response{.status = status, .headers = {}, .body = std::string(body)};
    must_be_a_line(to_line(answer_error(response)));
    ignore(affected_rows(response));
    read_rows(response);
    response.headers = {{"Content-Type", std::string(first)}};
    const auto parts = batch_answers(response);
    if (!parts) must_be_a_line(to_line(parts.error()));
  }
  ignore(file_name_in(first));
}

}  // namespace
}  // namespace fmferry::odata

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fmferry::fuzzing::view_of(data, size);
  fmferry::odata::read_table(rest);
  const auto first = fmferry::fuzzing::next_line(rest);
  fmferry::odata::read_answer(first, rest);
  return 0;
}
