// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/record_error.hpp>
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/odata/listing.hpp>
#include <fmferry/filemaker/odata/odata_source.hpp>
#include <fmferry/filemaker/odata/value.hpp>
#include <fmferry/filemaker/odata/writer.hpp>

#include <boost/json.hpp>

namespace fmferry {
namespace {

// Some 70 records fit into one request.
constexpr int k_write_batch = 256;

}  // namespace

struct ODataSource::Parts {
  Parts(ODataOptions given, odata::Address place)
      : options(std::move(given)), address(std::move(place)), api(options) {}

  // One caller finds them; the others wait for it.
  Result<std::shared_ptr<const odata::Ways>> ways(const CallContext& context) {
    const std::scoped_lock lock(mutex);
    if (known_ways) return known_ways;
    auto found = odata::find_ways(api, address, options, answers, context);
    // What came damaged must not be believed again.
    if (found || found.error().kind == ErrorKind::corrupt) answers = {};
    if (!found) return fail(std::move(found).error());
    auto made = std::make_shared<const odata::Ways>(*std::move(found));
    if (made->sure) known_ways = made;
    return made;
  }

  Result<Record> read(RecordId record_id, const CallContext& context) {
    FMF_TRY_ASSIGN(const auto known, ways(context));
    auto row = api.get(address.record(odata::place_of(record_id), odata::row_options(*known)),
                       odata::row_headers(),
                       context);
    if (!row) return fail(filemaker::about_record(std::move(row).error()));
    FMF_TRY_ASSIGN(Record record, odata::read_row(*row, known->shape));
    if (record.record_id != record_id) {
      return fail(ErrorKind::corrupt, "the server answered with another record");
    }
    return record;
  }

  Result<bool> is_there(RecordId record_id, const CallContext& context) {
    const auto record = read(record_id, context);
    if (record) return true;
    if (record.error().kind == ErrorKind::not_found) return false;
    return fail(record.error());
  }

  Result<std::vector<Result<std::int64_t>>> write(std::span<const RecordWrite> writes,
                                                  const CallContext& context) {
    FMF_TRY_ASSIGN(const auto known, ways(context));
    return writer.write(*known, writes, context);
  }

  const ODataOptions options;
  const odata::Address address;
  odata::Api api;
  std::atomic<bool> parts{options.parts};
  odata::Listing listing{api, address};
  odata::Writer writer{api, address};
  std::mutex mutex{};
  // Guarded by mutex:
  odata::Answers answers{};
  std::shared_ptr<const odata::Ways> known_ways{};
};

ODataSource::ODataSource(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ODataSource::~ODataSource() = default;

Result<std::unique_ptr<ODataSource>> ODataSource::open(ODataOptions options) {
  FMF_TRY_ASSIGN(auto address, odata::Address::make(options));
  auto parts = std::make_unique<Parts>(std::move(options), std::move(address));
  return std::unique_ptr<ODataSource>(new ODataSource(std::move(parts)));
}

SourceCapabilities ODataSource::capabilities() const {
  return {.write_back = true,
          .file_names = true,
          .tells_emptiness = false,
          .polite_page = parts_->options.page_size,
          .write_batch = k_write_batch};
}

std::string ODataSource::identity() const {
  const auto& options = parts_->options;
  return filemaker::identity_of(parts_->address.server(),
                                options.database,
                                options.layout.empty() ? options.table : options.layout);
}

Status ODataSource::log_in(const CallContext& context) {
  FMF_TRY(parts_->api.call({.url = parts_->address.service()}, context));
  return {};
}

Result<std::vector<FieldFacts>> ODataSource::fields(const CallContext& context) {
  FMF_TRY_ASSIGN(const std::string metadata,
                 odata::ask_metadata(parts_->api, parts_->address, context));
  FMF_TRY_ASSIGN(const auto table, odata::read_metadata(metadata, parts_->options.table));
  std::vector<FieldFacts> facts;
  for (const auto& column : table.columns) {
    facts.push_back({.name = column.name,
                     .is_container = column.type == odata::ColumnType::container,
                     .is_calculated = column.is_calculated});
  }
  return facts;
}

Status ODataSource::check(const CallContext& context) {
  FMF_TRY(parts_->ways(context));
  FMF_TRY(count(context));
  return {};
}

Result<std::int64_t> ODataSource::count(const CallContext& context) {
  auto count = parts_->listing.count(context);
  if (!count) return fail(std::move(count).error().at("count the records"));
  return count;
}

Result<Page> ODataSource::page(std::int64_t offset, int limit, const CallContext& context) {
  const std::string subject = "list records from " + std::to_string(offset);
  if (offset < 1 || limit < 1) return fail(ErrorKind::invalid, "offset and limit begin at 1");
  const auto ways = parts_->ways(context);
  if (!ways) return fail(Error(ways.error()).at(subject));
  auto page = parts_->listing.page(**ways, offset, limit, context);
  if (!page) return fail(std::move(page).error().at(subject));
  return page;
}

Result<Record> ODataSource::read(RecordId record_id, const CallContext& context) {
  auto record = parts_->read(record_id, context);
  if (!record) {
    return fail(std::move(record).error().at("read record " + std::to_string(record_id)));
  }
  return record;
}

Result<ContainerInfo> ODataSource::fetch(const Record& record,
                                         const Container& container,
                                         const ByteSink& sink,
                                         const CallContext& context) {
  auto info = odata::fetch_value(
      parts_->api,
      parts_->address.value(odata::place_of(record.record_id), container.field),
      parts_->options.empty_text,
      [&] { return parts_->is_there(record.record_id, context); },
      parts_->parts,
      sink,
      context);
  if (!info) {
    return fail(
        filemaker::about_record(std::move(info).error())
            .at("fetch record " + std::to_string(record.record_id) + " " + container.field));
  }
  return info;
}

Result<std::int64_t> ODataSource::write(RecordId record_id,
                                        const FieldUpdates& updates,
                                        std::optional<std::int64_t> expected_mod_id,
                                        const CallContext& context) {
  const RecordWrite write{
      .record_id = record_id, .updates = updates, .expected_mod_id = expected_mod_id};
  return write_many(std::span(&write, 1), context).front();
}

std::vector<Result<std::int64_t>> ODataSource::write_many(std::span<const RecordWrite> writes,
                                                          const CallContext& context) {
  auto written = parts_->write(writes, context);
  if (!written) return {writes.size(), fail(written.error())};
  for (std::size_t at = 0; at < writes.size(); ++at) {
    auto& result = (*written)[at];
    if (!result) {
      result =
          fail(std::move(result).error().at("write record " + std::to_string(writes[at].record_id) +
                                            " (" + filemaker::names_of(writes[at].updates) + ")"));
    }
  }
  return std::move(*written);
}

void ODataSource::close() {
  parts_->api.close();
}

}  // namespace fmferry
