// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection_string.hpp>
#include <fmferry/filemaker/odbc/odbc_source.hpp>
#include <fmferry/filemaker/odbc/pool.hpp>
#include <fmferry/filemaker/odbc/reader.hpp>
#include <fmferry/filemaker/odbc/writer.hpp>

#include <map>

namespace fmferry {
namespace {

using odbc::Connection;
using odbc::Lease;
using odbc::Reader;
using odbc::Shape;
using odbc::Table;

// What the options ask for, in a table as it is.
struct Known {
  Table table{};
  Shape shape{};
};

Known known_of(const OdbcOptions& options, Table table) {
  Known known{.shape = {.fields = options.fields, .containers = options.containers}};
  for (const auto& name : options.fields) {
    const odbc::Field* field = table.find(name);
    known.shape.types.push_back(field == nullptr ? odbc::FieldType::text : field->type);
  }
  known.table = std::move(table);
  return known;
}

// What a refusal means when it was about one record: it must not end the run.
Error about_record(Error error) {
  const bool no_access = error.origin_code >= 200 && error.origin_code <= 204;
  if (error.kind == ErrorKind::denied && no_access) error.kind = ErrorKind::invalid;
  return error;
}

std::string names_of(const FieldUpdates& updates) {
  std::string names;
  for (const auto& [name, value] : updates) names += (names.empty() ? "" : ", ") + name;
  return names;
}

Error write_error(Error error, const RecordWrite& write) {
  return about_record(std::move(error))
      .at("write record " + std::to_string(write.record_id) + " (" + names_of(write.updates) + ")");
}

using Places = std::vector<std::size_t>;

// Where the writes are that set the same values, not too many together.
std::vector<Places> same_values(std::span<const RecordWrite> writes) {
  std::map<FieldUpdates, Places> by_values;
  for (std::size_t i = 0; i < writes.size(); ++i) by_values[writes[i].updates].push_back(i);
  std::vector<Places> groups;
  for (const auto& [values, places] : by_values) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i % odbc::k_records_an_update == 0) groups.emplace_back();
      groups.back().push_back(places[i]);
    }
  }
  return groups;
}

Status check_options(const OdbcOptions& options) {
  FMF_TRY(odbc::check_connection_options(options));
  for (const auto& stream : options.streams) {
    if (!odbc::is_stream_code(stream)) {
      return fail(ErrorKind::invalid,
                  "'" + stream +
                      "' is no stream of a container: \"DEFAULT\", or a code of four "
                      "letters such as \"FILE\" or \"PDF \"");
    }
  }
  return {};
}

}  // namespace

struct OdbcSource::Parts {
  Parts(OdbcOptions given, std::shared_ptr<const odbc::DriverManager> manager)
      : options(std::move(given)), pool(std::move(manager), options) {}

  Result<Lease> borrow(const CallContext& context) {
    auto lease = pool.borrow(context);
    if (lease) return lease;
    Error error = std::move(lease).error();
    const bool never_open = error.origin_code == odbc::k_file_not_open && !pool.was_ever_in();
    // Later in a run the same code is an outage.
    if (never_open && error.kind == ErrorKind::unavailable) error.kind = ErrorKind::invalid;
    return fail(std::move(error));
  }

  // Reads the table's description the first time, or anew.
  Result<std::shared_ptr<const Known>> know(Connection& connection, bool anew = false) {
    if (!anew) {
      const std::scoped_lock lock(mutex);
      if (known) return known;
    }
    FMF_TRY_ASSIGN(Table table, odbc::read_table(connection, options.table));
    FMF_TRY(odbc::check_fields(options, table));
    auto made = std::make_shared<const Known>(known_of(options, std::move(table)));
    const std::scoped_lock lock(mutex);
    known = made;
    return made;
  }

  // Runs a reader's call on a connection of its own.
  template <class Call>
  std::invoke_result_t<Call, Reader&> reading(const CallContext& context, const Call& call) {
    FMF_TRY_ASSIGN(Lease connection, borrow(context));
    FMF_TRY_ASSIGN(const auto now, know(*connection));
    Reader reader(*connection, options, now->shape);
    return call(reader);
  }

  Result<odbc::Writer::Outcomes> write(std::span<const RecordWrite> writes,
                                       const Places& group,
                                       const CallContext& context) {
    FMF_TRY_ASSIGN(Lease connection, borrow(context));
    FMF_TRY_ASSIGN(const auto now, know(*connection));
    const FieldUpdates& updates = writes[group.front()].updates;
    FMF_TRY_ASSIGN(const auto settings, odbc::settings_for(options.table, now->table, updates));
    std::vector<odbc::Target> targets;
    for (const std::size_t at : group) {
      targets.push_back({.record_id = writes[at].record_id, .mod_id = writes[at].expected_mod_id});
    }
    return odbc::Writer(*connection, options.table).write(settings, targets);
  }

  const OdbcOptions options;
  odbc::Pool pool;
  std::mutex mutex{};
  std::shared_ptr<const Known> known{};  // guarded by mutex
};

OdbcSource::OdbcSource(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

OdbcSource::~OdbcSource() {
  close();
}

Result<std::unique_ptr<OdbcSource>> OdbcSource::open(OdbcOptions options) {
  FMF_TRY(check_options(options));
  FMF_TRY_ASSIGN(auto manager, odbc::load_driver_manager(options.driver_manager));
  return open(std::move(options), std::move(manager));
}

Result<std::unique_ptr<OdbcSource>> OdbcSource::open(
    OdbcOptions options, std::shared_ptr<const odbc::DriverManager> manager) {
  FMF_TRY(check_options(options));
  return std::unique_ptr<OdbcSource>(
      new OdbcSource(std::make_unique<Parts>(std::move(options), std::move(manager))));
}

SourceCapabilities OdbcSource::capabilities() const {
  return {.write_back = true,
          .file_names = true,
          .polite_page = parts_->options.page_size,
          .write_batch = odbc::k_records_together};
}

std::string OdbcSource::identity() const {
  const OdbcOptions& options = parts_->options;
  if (!options.identity.empty()) return options.identity;
  const std::string& host = options.server.empty() ? options.dsn : options.server;
  return "filemaker://" + percent_encode(host) + "/" + percent_encode(options.database) + "/" +
         percent_encode(options.table);
}

Status OdbcSource::log_in(const CallContext& context) {
  FMF_TRY(parts_->borrow(context));
  return {};
}

Result<std::vector<FieldFacts>> OdbcSource::fields(const CallContext& context) {
  FMF_TRY_ASSIGN(Lease connection, parts_->borrow(context));
  FMF_TRY_ASSIGN(const Table table, odbc::read_table(*connection, parts_->options.table));
  std::vector<FieldFacts> facts;
  for (const auto& field : table.fields) {
    facts.push_back({.name = field.name,
                     .is_container = field.type == odbc::FieldType::container,
                     .is_calculated = field.calculated,
                     .repetitions = field.repetitions});
  }
  return facts;
}

Status OdbcSource::check(const CallContext& context) {
  FMF_TRY_ASSIGN(Lease connection, parts_->borrow(context));
  FMF_TRY_ASSIGN(const auto now, parts_->know(*connection, true));
  Reader reader(*connection, parts_->options, now->shape);
  FMF_TRY(reader.page(1, 1));
  return {};
}

Result<std::int64_t> OdbcSource::count(const CallContext& context) {
  auto counted = parts_->reading(context, [](Reader& reader) { return reader.count(); });
  if (!counted) return fail(std::move(counted).error().at("count the records"));
  return counted;
}

Result<Page> OdbcSource::page(std::int64_t offset, int limit, const CallContext& context) {
  if (offset < 1 || limit < 1) return fail(ErrorKind::invalid, "offset and limit begin at 1");
  auto page = parts_->reading(context, [&](Reader& reader) { return reader.page(offset, limit); });
  if (!page) {
    return fail(std::move(page).error().at("list records from " + std::to_string(offset)));
  }
  return page;
}

Result<Record> OdbcSource::read(RecordId record_id, const CallContext& context) {
  auto record = parts_->reading(context, [&](Reader& reader) { return reader.record(record_id); });
  if (!record) {
    return fail(
        about_record(std::move(record).error()).at("read record " + std::to_string(record_id)));
  }
  return record;
}

Result<ContainerInfo> OdbcSource::fetch(const Record& record,
                                        const Container& container,
                                        const ByteSink& sink,
                                        const CallContext& context) {
  auto info = parts_->reading(
      context, [&](Reader& reader) { return reader.fetch(record, container, sink, context); });
  if (!info) {
    return fail(
        about_record(std::move(info).error())
            .at("fetch record " + std::to_string(record.record_id) + " " + container.field));
  }
  return info;
}

Result<std::int64_t> OdbcSource::write(RecordId record_id,
                                       const FieldUpdates& updates,
                                       std::optional<std::int64_t> expected_mod_id,
                                       const CallContext& context) {
  const RecordWrite write{record_id, updates, expected_mod_id};
  return write_many(std::span(&write, 1), context).front();
}

std::vector<Result<std::int64_t>> OdbcSource::write_many(std::span<const RecordWrite> writes,
                                                         const CallContext& context) {
  std::vector<Result<std::int64_t>> results(writes.size(), 0);
  std::optional<Error> stopped;
  for (const auto& group : same_values(writes)) {
    auto written = stopped ? fail(*stopped) : parts_->write(writes, group, context);
    if (!written && ends_a_batch(written.error())) stopped = written.error();
    for (std::size_t i = 0; i < group.size(); ++i) {
      auto& result = results[group[i]];
      result = written ? std::move((*written)[i]) : fail(written.error());
      if (!result) result = fail(write_error(std::move(result).error(), writes[group[i]]));
    }
  }
  return results;
}

void OdbcSource::rest() {
  parts_->pool.end_idle();
}

void OdbcSource::close() {
  parts_->pool.close();
}

}  // namespace fmferry
