// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/reader.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <array>

namespace fmferry::odbc {
namespace {

constexpr std::size_t k_longest_extension = 5;

bool has_extension(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const auto extension = name.substr(dot + 1);
  return !extension.empty() && extension.size() <= k_longest_extension &&
         std::ranges::all_of(to_lower(extension), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

bool is_reference(std::string_view name) {
  static constexpr std::array<std::string_view, 8> k_kinds{
      "image:", "imagemac:", "imagewin:", "file:", "filemac:", "filewin:", "movie:", "remote:"};
  const std::string lower = to_lower(name);
  return name.find_first_of("/\\") != std::string_view::npos ||
         std::ranges::any_of(k_kinds, [&lower](auto kind) { return lower.starts_with(kind); });
}

Container shown(const std::string& field, const std::optional<std::string>& name) {
  Container container{.field = field, .state = ContainerState::unreachable};
  const Content content = content_of(name);
  if (content == Content::empty) container.state = ContainerState::empty;
  if (content == Content::file) container.state = ContainerState::filled;
  // How fetch() knows the file's name.
  if (content != Content::empty) container.handle = *name;
  return container;
}

Error no_file() {
  return {.kind = ErrorKind::corrupt,
          .what = "it holds no file that the server could send",
          .origin_code = k_holds_no_file};
}

}  // namespace

Content content_of(const std::optional<std::string>& name) {
  if (!name) return Content::empty;
  if (is_reference(*name)) return Content::reference;
  const bool plain = std::ranges::none_of(*name, is_control) && has_extension(*name);
  return plain ? Content::file : Content::doubtful;
}

std::string file_name_of(const std::string& name) {
  if (name == "?") return {};
  std::string shown;
  std::ranges::copy_if(name, std::back_inserter(shown), [](char c) { return !is_control(c); });
  return shown;
}

Result<std::int64_t> Reader::count() {
  FMF_TRY_ASSIGN(Statement row, connection_.run(count_sql(options_.table), {}));
  FMF_TRY_ASSIGN(const bool is_there, row.next());
  if (!is_there) return fail(ErrorKind::corrupt, "the server did not say how many records it has");
  return row.integer(1);
}

Result<Page> Reader::page(std::int64_t offset, int limit) {
  Page page{.offset = offset};
  FMF_TRY_ASSIGN(page.found_count, count());
  const auto promised = [&] {
    return std::clamp<std::int64_t>(page.found_count - offset + 1, 0, limit);
  };
  if (promised() == 0) return page;
  FMF_TRY_ASSIGN(page.records, records(page_sql(options_.table, shape_, offset, limit)));
  const auto came = static_cast<std::int64_t>(page.records.size());
  // Records may have been deleted since they were counted.
  if (came < promised()) {
    FMF_TRY_ASSIGN(page.found_count, count());
  }
  if (came < promised()) {
    return fail(ErrorKind::corrupt,
                "a page of " + std::to_string(came) +
                    " records came where the server's own count promises " +
                    std::to_string(promised()));
  }
  page.found_count = std::max(page.found_count, offset - 1 + came);
  return page;
}

Result<Record> Reader::record(RecordId record_id) {
  FMF_TRY_ASSIGN(auto found, records(record_sql(options_.table, shape_, record_id)));
  if (found.empty()) return fail(ErrorKind::not_found, "the record is gone");
  if (found.size() > 1 || found.front().record_id != record_id) {
    return fail(ErrorKind::corrupt, "the server answered with another record");
  }
  return std::move(found.front());
}

Result<std::vector<Record>> Reader::records(const std::string& sql) {
  std::vector<Record> records;
  {
    FMF_TRY_ASSIGN(Statement rows, connection_.run(sql, {}));
    while (true) {
      FMF_TRY_ASSIGN(const bool more, rows.next());
      if (!more) break;
      FMF_TRY_ASSIGN(Record record, read_row(rows));
      records.push_back(std::move(record));
    }
  }
  for (auto& record : records) FMF_TRY(settle_doubts(record));
  return records;
}

Result<Record> Reader::read_row(Statement& row) {
  Record record;
  int column = 1;
  FMF_TRY_ASSIGN(record.record_id, row.integer(column++));
  FMF_TRY_ASSIGN(record.mod_id, row.integer(column++));
  for (std::size_t i = 0; i < shape_.fields.size(); ++i) {
    FMF_TRY_ASSIGN(const auto value, row.text(column++));
    record.fields[shape_.fields[i]] = as_filemaker_says(shape_.types[i], value.value_or(""));
  }
  for (const auto& field : shape_.containers) {
    FMF_TRY_ASSIGN(const auto name, row.text(column++));
    record.containers.push_back(shown(field, name));
  }
  return record;
}

// A pasted picture has no name, and typed text looks like one: whether there are bytes is asked.
Status Reader::settle_doubts(Record& record) {
  for (auto& container : record.containers) {
    const bool doubtful = container.state == ContainerState::unreachable &&
                          content_of(container.handle) == Content::doubtful;
    if (!doubtful) continue;
    FMF_TRY_ASSIGN(const bool filled, has_stream(record.record_id, container.field));
    if (filled) container.state = ContainerState::filled;
    if (!filled && container.handle.empty()) container.state = ContainerState::empty;
  }
  return {};
}

Result<bool> Reader::has_stream(RecordId record_id, const std::string& field) {
  for (const auto& code : options_.streams) {
    FMF_TRY_ASSIGN(Statement row,
                   connection_.run(stream_sql(options_.table, field, code, record_id), {}));
    FMF_TRY_ASSIGN(const bool is_there, row.next());
    if (!is_there) return false;
    FMF_TRY_ASSIGN(const bool filled, row.holds_something(1));
    if (filled) return true;
  }
  return false;
}

Result<ContainerInfo> Reader::fetch(const Record& record,
                                    const Container& container,
                                    const ByteSink& sink,
                                    const CallContext& context) {
  if (container.state == ContainerState::empty) return fail(ErrorKind::not_found, "it is empty");
  if (container.state == ContainerState::unreachable) {
    return fail(no_file());
  }
  for (const auto& code : options_.streams) {
    FMF_TRY_ASSIGN(const auto streamed,
                   stream(record.record_id, container.field, code, sink, context));
    if (!streamed) continue;
    return ContainerInfo{.length = streamed->length,
                         .length_announced = streamed->length_announced,
                         .file_name = file_name_of(container.handle)};
  }
  return fail(why_nothing_came(record.record_id, container.field));
}

Result<std::optional<Statement::Streamed>> Reader::stream(RecordId record_id,
                                                          const std::string& field,
                                                          const std::string& code,
                                                          const ByteSink& sink,
                                                          const CallContext& context) {
  FMF_TRY(may_go_on(context));
  FMF_TRY_ASSIGN(Statement row,
                 connection_.run(stream_sql(options_.table, field, code, record_id), {}));
  FMF_TRY_ASSIGN(const bool is_there, row.next());
  if (!is_there) return fail(ErrorKind::not_found, "the record is gone");
  return row.stream(1, sink, context);
}

Error Reader::why_nothing_came(RecordId record_id, const std::string& field) {
  auto row = connection_.run(content_sql(options_.table, field, record_id), {});
  if (!row) return std::move(row).error();
  const auto is_there = row->next();
  if (!is_there) return is_there.error();
  if (!*is_there) return {.kind = ErrorKind::not_found, .what = "the record is gone"};
  const auto name = row->text(1);
  if (!name) return name.error();
  if (content_of(*name) == Content::empty) {
    return {.kind = ErrorKind::not_found, .what = "it is empty now"};
  }
  return no_file();
}

}  // namespace fmferry::odbc
