// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/common/record_error.hpp>
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/dataapi/api.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/data_api_source.hpp>
#include <fmferry/filemaker/dataapi/download.hpp>
#include <fmferry/filemaker/dataapi/layout.hpp>
#include <fmferry/filemaker/dataapi/records.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <boost/json.hpp>

#include <mutex>

namespace fmferry {
namespace {

using dataapi::ApiReply;
using dataapi::Lease;

constexpr int k_max_rereads = 2;
constexpr std::size_t k_longest_url = 1900;

bool says_nothing_there(const Error& error) {
  return error.kind == ErrorKind::not_found && (error.origin_code == filemaker::k_record_missing ||
                                                error.origin_code == filemaker::k_none_match);
}

void collect_names(const boost::json::array& layouts, std::vector<std::string>& names, int depth) {
  for (const auto& entry : layouts) {
    const auto* layout = entry.if_object();
    if (layout == nullptr) continue;
    const auto* inner = filemaker::array_of(*layout, "folderLayoutNames");
    if (inner != nullptr && depth < 16) collect_names(*inner, names, depth + 1);
    const auto* name = layout->if_contains("name");
    if (inner == nullptr && name != nullptr) names.push_back(filemaker::text_of(*name));
  }
}

}  // namespace

struct DataApiSource::Parts {
  Parts(DataApiOptions given, dataapi::Endpoint endpoint, std::shared_ptr<Clock> clock)
      : options(std::move(given)), api(std::move(endpoint), options, std::move(clock)) {}

  Result<dataapi::Layout> read_layout(const CallContext& context) {
    auto reply = api.call({.url = api.endpoint().layout()}, context);
    if (!reply) return fail(explain(std::move(reply).error(), context));
    return dataapi::read_layout(reply->response);
  }

  // What to read of every record; asks the server only when the options leave it open.
  Result<std::shared_ptr<const dataapi::RecordShape>> shape(const CallContext& context) {
    {
      const std::scoped_lock lock(mutex);
      if (known_shape) return known_shape;
    }
    dataapi::Layout layout;
    if (options.containers.empty() || options.fields.empty()) {
      FMF_TRY_ASSIGN(layout, read_layout(context));
    }
    auto made = std::make_shared<const dataapi::RecordShape>(shape_for(options, layout));
    const std::scoped_lock lock(mutex);
    known_shape = made;
    return made;
  }

  Error explain(Error error, const CallContext& context) {
    if (error.origin_code == filemaker::k_layout_missing && error.kind == ErrorKind::invalid) {
      error.what = "there is no layout '" + options.layout + "' in database '" + options.database +
                   "' that this account may see" + similar_layout(context);
    }
    const bool never_open = error.origin_code == filemaker::k_file_not_open && !api.was_ever_in();
    if (never_open && error.kind == ErrorKind::unavailable) {
      // Later in a run the same code is an outage.
      error.kind = ErrorKind::invalid;
      error.what = "the server has no open database '" + options.database +
                   "': check its name (without .fmp12, case counts) or open it in the server's "
                   "console (FileMaker code 802)";
    }
    return error;
  }

  std::string similar_layout(const CallContext& context) {
    const auto reply = api.call({.url = api.endpoint().layouts()}, context);
    const auto* layouts = reply ? filemaker::array_of(reply->response, "layouts") : nullptr;
    if (layouts == nullptr) return {};
    std::vector<std::string> names;
    collect_names(*layouts, names, 0);
    const std::string like = nearest(options.layout, names);
    return like.empty() ? "" : ": did you mean '" + like + "'?";
  }

  Result<Record> read(RecordId record_id, const CallContext& context) {
    FMF_TRY_ASSIGN(const auto wanted, shape(context));
    auto reply = api.call({.url = api.endpoint().record_now(record_id)}, context);
    if (!reply) return fail(filemaker::about_record(std::move(reply).error()));
    const auto* data = filemaker::array_of(reply->response, "data");
    if (data == nullptr || data->size() != 1 || !data->front().is_object()) {
      return fail(ErrorKind::corrupt, "the server did not answer with one record");
    }
    FMF_TRY_ASSIGN(
        Record record,
        dataapi::read_record(
            data->front().get_object(), *wanted, api.endpoint().server(), reply->session));
    if (record.record_id != record_id) {
      return fail(ErrorKind::corrupt, "the server answered with another record");
    }
    return record;
  }

  dataapi::DownloadResult try_fetch(const std::string& handle,
                                    const ByteSink& sink,
                                    const CallContext& context) {
    const auto address = dataapi::read_handle(handle);
    // The server streams only to the session that was given the address.
    auto session = address ? api.borrow(address->session) : std::nullopt;
    if (!session) {
      return {.info = fail(ErrorKind::corrupt, "the session of the stream address is over"),
              .stale = true};
    }
    return dataapi::download(
        api.http(), api.endpoint().server(), address->url, session->token(), parts, sink, context);
  }

  Result<Container> reread(const Record& record,
                           const std::string& field,
                           const CallContext& context) {
    FMF_TRY_ASSIGN(const Record now, read(record.record_id, context));
    const auto* container = now.container(field);
    if (container == nullptr) return fail(ErrorKind::invalid, "the field was not asked for");
    return *container;
  }

  Result<ContainerInfo> fetch(const Record& record,
                              Container container,
                              const ByteSink& sink,
                              const CallContext& context) {
    for (int rereads = 0;; ++rereads) {
      if (container.state == ContainerState::empty) {
        return fail(ErrorKind::not_found, rereads == 0 ? "it is empty" : "it is empty now");
      }
      if (container.state == ContainerState::unreachable) {
        return fail(Error{.kind = ErrorKind::corrupt,
                          .what = "it holds no file that the server could send",
                          .origin_code = k_holds_no_file});
      }
      auto outcome = try_fetch(container.handle, sink, context);
      if (!outcome.stale) return std::move(outcome.info);
      if (rereads == k_max_rereads) {
        Error error = std::move(outcome.info).error();
        error.what =
            "no stream address works, not even after asking for two new ones: " + error.what;
        return fail(std::move(error));
      }
      FMF_TRY_ASSIGN(container, reread(record, container.field, context));
    }
  }

  const DataApiOptions options;
  dataapi::Api api;
  std::atomic<bool> parts{options.parts};
  std::mutex mutex{};
  std::shared_ptr<const dataapi::RecordShape> known_shape{};  // guarded by mutex
};

DataApiSource::DataApiSource(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

DataApiSource::~DataApiSource() {
  close();
}

Result<std::unique_ptr<DataApiSource>> DataApiSource::open(DataApiOptions options,
                                                           std::shared_ptr<Clock> clock) {
  FMF_TRY_ASSIGN(auto endpoint, dataapi::Endpoint::make(options));
  auto parts = std::make_unique<Parts>(std::move(options), std::move(endpoint), std::move(clock));
  return std::unique_ptr<DataApiSource>(new DataApiSource(std::move(parts)));
}

SourceCapabilities DataApiSource::capabilities() const {
  return {.write_back = true, .file_names = false, .polite_page = parts_->options.page_size};
}

std::string DataApiSource::identity() const {
  const auto& options = parts_->options;
  return filemaker::identity_of(parts_->api.endpoint().server(), options.database, options.layout);
}

Status DataApiSource::log_in(const CallContext& context) {
  auto entered = parts_->api.enter(context);
  if (!entered) return fail(parts_->explain(std::move(entered).error(), context));
  return {};
}

Result<std::vector<FieldFacts>> DataApiSource::fields(const CallContext& context) {
  FMF_TRY_ASSIGN(const auto layout, parts_->read_layout(context));
  std::vector<FieldFacts> facts;
  for (const auto& field : layout.fields) {
    facts.push_back({.name = field.name,
                     .is_container = field.is_container,
                     .is_calculated = field.is_calculated,
                     .is_global = field.is_global,
                     .fills_itself = field.fills_itself,
                     .repetitions = field.last_repetition});
  }
  return facts;
}

Status DataApiSource::check(const CallContext& context) {
  FMF_TRY_ASSIGN(const auto layout, parts_->read_layout(context));
  FMF_TRY(dataapi::check_fields(parts_->options, layout));
  FMF_TRY(count(context));
  return {};
}

Result<std::int64_t> DataApiSource::count(const CallContext& context) {
  const auto reply = parts_->api.call({.url = parts_->api.endpoint().records(1, 1)}, context);
  if (reply) return dataapi::read_found_count(reply->response);
  if (says_nothing_there(reply.error())) return 0;
  return fail(Error(reply.error()).at("count the records"));
}

Result<Page> DataApiSource::page(std::int64_t offset, int limit, const CallContext& context) {
  const std::string subject = "list records from " + std::to_string(offset);
  if (offset < 1 || limit < 1) {
    return fail(ErrorKind::invalid, "offset and limit begin at 1");
  }
  const auto shape = parts_->shape(context);
  if (!shape) return fail(Error(shape.error()).at(subject));
  auto& api = parts_->api;
  auto reply = api.call({.url = api.endpoint().records(offset, limit)}, context);
  if (reply) {
    auto page = dataapi::read_page(*reply, offset, limit, **shape, api.endpoint().server());
    if (!page) return fail(std::move(page).error().at(subject));
    return page;
  }
  if (!says_nothing_there(reply.error())) return fail(std::move(reply).error().at(subject));
  if (offset == 1) return Page{};
  // The server says that nothing is there. It must agree with its own count before we believe it.
  FMF_TRY_ASSIGN(const std::int64_t found, count(context));
  if (found >= offset) {
    return fail(
        Error{.kind = ErrorKind::corrupt,
              .what = "the server has no record there, yet it counts " + std::to_string(found)}
            .at(subject));
  }
  return Page{.offset = offset, .found_count = found};
}

Result<Record> DataApiSource::read(RecordId record_id, const CallContext& context) {
  auto record = parts_->read(record_id, context);
  if (!record) {
    return fail(std::move(record).error().at("read record " + std::to_string(record_id)));
  }
  return record;
}

Result<ContainerInfo> DataApiSource::fetch(const Record& record,
                                           const Container& container,
                                           const ByteSink& sink,
                                           const CallContext& context) {
  auto info = parts_->fetch(record, container, sink, context);
  if (!info) {
    return fail(std::move(info).error().at("fetch record " + std::to_string(record.record_id) +
                                           " " + container.field));
  }
  return info;
}

Result<std::int64_t> DataApiSource::write(RecordId record_id,
                                          const FieldUpdates& updates,
                                          std::optional<std::int64_t> expected_mod_id,
                                          const CallContext& context) {
  const std::string subject =
      "write record " + std::to_string(record_id) + " (" + filemaker::names_of(updates) + ")";
  auto& api = parts_->api;
  auto reply = api.call({.method = "PATCH",
                         .url = api.endpoint().record(record_id),
                         .body = dataapi::write_body(updates, expected_mod_id)},
                        context);
  if (!reply) return fail(filemaker::about_record(std::move(reply).error()).at(subject));
  if (const auto mod_id = filemaker::integer_of(reply->response, "modId")) return *mod_id;
  return fail(Error{.kind = ErrorKind::in_doubt,
                    .what = "the server did not say which modification this made"}
                  .at(subject));
}

// The documented way puts the parameter into the URL, which has room for 2000 characters. A longer
// one goes with a find for one record, before which the script runs: the only request with a body
// that writes nothing.
Result<std::string> DataApiSource::run_script(const std::string& name,
                                              const std::string& parameter,
                                              const CallContext& context) {
  const std::string subject = "run script '" + name + "'";
  auto& api = parts_->api;
  dataapi::ApiRequest request{.url = api.endpoint().script(name, parameter), .patient = true};
  const bool with_find = request.url.size() > k_longest_url;
  if (with_find) {
    FMF_TRY_ASSIGN(const auto shape, parts_->shape(context));
    if (shape->fields.empty()) return fail(ErrorKind::invalid, "no field is known to find by");
    request.method = "POST";
    request.url = api.endpoint().find();
    request.body = dataapi::find_with_script(shape->fields.front(), name, parameter);
  }
  const auto reply = api.call(request, context);
  if (!reply) return fail(Error(reply.error()).at(subject));
  auto result = dataapi::script_result(reply->response, with_find ? ".prerequest" : "");
  if (!result) return fail(std::move(result).error().at(subject));
  return result;
}

void DataApiSource::rest() {
  parts_->api.rest();
}

void DataApiSource::close() {
  parts_->api.close();
}

Result<std::string> data_api_identity(const std::string& server,
                                      const std::string& database,
                                      const std::string& layout) {
  FMF_TRY_ASSIGN(const Url address, filemaker::server_of(server));
  return filemaker::identity_of(address, database, layout);
}

}  // namespace fmferry
