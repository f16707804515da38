// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/records.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::dataapi {
namespace {

using filemaker::array_of;
using filemaker::integer_of;
using filemaker::object_of;
using filemaker::text_of;

namespace json = boost::json;

const json::value* member(const json::object& fields, const std::string& name) {
  return fields.if_contains({name.data(), name.size()});
}

// A repeating field comes as "photo(1)", one that does not repeat as "photo"; which one it is can
// be changed on the layout at any time.
const json::value* value_of(const json::object& fields, const std::string& name) {
  if (const auto* value = member(fields, name); value != nullptr) return value;
  const FieldName parsed = parse_field_name(name);
  if (parsed.repetition != 1) return nullptr;
  return parsed.base == name ? member(fields, name + "(1)") : member(fields, parsed.base);
}

Error left_the_layout(const std::string& name) {
  return {.kind = ErrorKind::invalid,
          .what = "field '" + name + "' is not in the server's answer: is it still on the layout?"};
}

}  // namespace

Result<Record> read_record(const json::object& entry,
                           const RecordShape& shape,
                           const Url& server,
                           std::int64_t session) {
  const auto record_id = integer_of(entry, "recordId");
  const auto mod_id = integer_of(entry, "modId");
  const auto* fields = object_of(entry, "fieldData");
  if (!record_id || !mod_id || fields == nullptr) {
    return fail(ErrorKind::corrupt, "a record came without recordId, modId or fieldData");
  }
  Record record{.record_id = *record_id, .mod_id = *mod_id};
  for (const auto& name : shape.fields) {
    const auto* value = value_of(*fields, name);
    if (value == nullptr) return fail(left_the_layout(name));
    record.fields.emplace(name, text_of(*value));
  }
  for (const auto& name : shape.containers) {
    const auto* value = value_of(*fields, name);
    if (value == nullptr) return fail(left_the_layout(name));
    // A repaired bare `?` is null here; an empty container is always "".
    const std::string text = value->is_null() ? "?" : text_of(*value);
    record.containers.push_back(read_container(name, text, server, session));
  }
  return record;
}

Result<Page> read_page(const ApiReply& reply,
                       std::int64_t offset,
                       int limit,
                       const RecordShape& shape,
                       const Url& server) {
  FMF_TRY_ASSIGN(const std::int64_t found, read_found_count(reply.response));
  const auto* data = array_of(reply.response, "data");
  if (data == nullptr) return fail(ErrorKind::corrupt, "a page came without its data");
  const auto promised = std::clamp<std::int64_t>(found - offset + 1, 0, limit);
  const auto came = static_cast<std::int64_t>(data->size());
  if (came < promised) {
    return fail(ErrorKind::corrupt,
                "a page of " + std::to_string(came) +
                    " records came where the server's own count "
                    "promises " +
                    std::to_string(promised));
  }
  Page page{.offset = offset, .found_count = found};
  page.records.reserve(data->size());
  for (const auto& entry : *data) {
    if (!entry.is_object()) return fail(ErrorKind::corrupt, "a page holds something not a record");
    FMF_TRY_ASSIGN(Record record, read_record(entry.get_object(), shape, server, reply.session));
    page.records.push_back(std::move(record));
  }
  return page;
}

Result<std::int64_t> read_found_count(const json::object& response) {
  if (const auto* info = object_of(response, "dataInfo"); info != nullptr) {
    auto count = integer_of(*info, "foundCount");
    if (!count) count = integer_of(*info, "totalRecordCount");
    if (count && *count >= 0) return *count;
  }
  return fail(ErrorKind::corrupt, "the server did not say how many records there are");
}

std::string write_body(const FieldUpdates& updates, std::optional<std::int64_t> mod_id) {
  json::object fields;
  for (const auto& [name, value] : updates) fields[name] = value;
  json::object body;
  body["fieldData"] = std::move(fields);
  if (mod_id) body["modId"] = std::to_string(*mod_id);
  return json::serialize(body);
}

std::string find_with_script(const std::string& field,
                             const std::string& script,
                             const std::string& parameter) {
  json::object body;
  body["query"] = json::array{json::object{{field, "*"}}};
  body["limit"] = "1";
  body["portal"] = json::array();
  body["script.prerequest"] = script;
  body["script.prerequest.param"] = parameter;
  return json::serialize(body);
}

Result<std::string> script_result(const json::object& response, const std::string& suffix) {
  const auto code = integer_of(response, "scriptError" + suffix);
  if (!code) return fail(ErrorKind::corrupt, "the server did not say how the script ended");
  if (*code != 0) {
    return fail(Error{.kind = ErrorKind::corrupt,
                      .what = "the script ended with FileMaker code " + std::to_string(*code),
                      .origin_code = static_cast<int>(*code)});
  }
  const auto* result = member(response, "scriptResult" + suffix);
  return result == nullptr ? std::string() : text_of(*result);
}

}  // namespace fmferry::dataapi
