// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/odata/rows.hpp>
#include <fmferry/filemaker/odata/ways.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

namespace fmferry::odata {
namespace {

namespace json = boost::json;

std::string with_comma(std::string list, std::string_view name) {
  if (!list.empty()) list += ",";
  return list + quoted_name(name);
}

class Search {
 public:
  Search(const Api& api,
         const Address& address,
         const ODataOptions& options,
         Answers& answers,
         const CallContext& context)
      : api_(api), address_(address), options_(options), answers_(answers), context_(context) {}

  Result<Ways> run() {
    FMF_TRY(read_table());
    FMF_TRY_ASSIGN(ways_.shape, shape_for(options_, ways_.table));
    FMF_TRY_ASSIGN(const auto row, find_special_columns());
    if (!row) return ways_;
    ways_.sure = true;
    FMF_TRY_ASSIGN(const Record first, read_row(*row, ways_.shape));
    FMF_TRY(find_zone(*row));
    FMF_TRY(find_filters(first));
    FMF_TRY(find_paging());
    return ways_;
  }

 private:
  // Only that the server refuses a request says something about the request.
  template <class T>
  static bool refused(const Result<T>& answer) {
    return !answer && answer.error().kind == ErrorKind::invalid;
  }

  Status read_table() {
    if (!answers_.metadata) {
      FMF_TRY_ASSIGN(answers_.metadata, ask_metadata(api_, address_, context_));
    }
    FMF_TRY_ASSIGN(ways_.table, read_metadata(*answers_.metadata, options_.table));
    return {};
  }

  Answers::Row ask_for_first_row(const std::string& url) {
    FMF_TRY_ASSIGN(const auto answer, api_.get(url, row_headers(), context_));
    FMF_TRY_ASSIGN(const auto* rows, rows_of(answer));
    if (rows->empty()) return std::nullopt;
    return rows->front().get_object();
  }

  // The first row, if there is one.
  Answers::Row first_row(QueryOptions options) {
    options.emplace_back("top", "1");
    const std::string url = address_.table(options);
    if (const auto known = answers_.rows.find(url); known != answers_.rows.end()) {
      return known->second;
    }
    auto row = ask_for_first_row(url);
    if (row || refused(row)) answers_.rows.emplace(url, row);
    return row;
  }

  Answers::Row find_special_columns() {
    Error last;
    for (const auto special :
         {SpecialColumns::selected, SpecialColumns::preferred, SpecialColumns::whole_row}) {
      ways_.special = special;
      auto row = first_row(row_options(ways_));
      if (!row && !refused(row)) return row;
      if (!row) {
        last = row.error();
        continue;
      }
      if (!*row || ((*row)->contains(k_row_id) && (*row)->contains(k_mod_id))) return row;
      last = {.kind = ErrorKind::invalid,
              .what = "this server tells no ROWID and ROWMODID: use the Data API"};
    }
    return fail(std::move(last));
  }

  Status find_zone(const json::object& first) {
    for (const auto& name : options_.written_fields) {
      const Column* column = ways_.table.find(name);
      if (column == nullptr || column->type != ColumnType::timestamp) continue;
      const auto* shown = first.if_contains(name);
      if (const auto zone = shown == nullptr ? "" : zone_of(*shown); !zone.empty()) {
        ways_.zone = zone;
        return {};
      }
    }
    return {};
  }

  // Whether a filter that only this record passes is understood.
  Result<bool> finds(const Record& record, const std::string& filter) {
    auto options = row_options(ways_);
    options.emplace_back("filter", filter);
    const auto row = first_row(std::move(options));
    if (refused(row)) return false;
    if (!row) return fail(row.error());
    return *row && filemaker::integer_of(**row, k_row_id) == record.record_id;
  }

  Status find_filters(const Record& first) {
    const std::string row_id = "ROWID eq " + std::to_string(first.record_id);
    FMF_TRY_ASSIGN(ways_.filters_row_id, finds(first, row_id));
    if (!ways_.filters_row_id || options_.written_fields.empty()) return {};
    const std::string mod_id = " and ROWMODID eq " + std::to_string(first.mod_id);
    FMF_TRY_ASSIGN(ways_.filters_mod_id, finds(first, row_id + mod_id));
    return {};
  }

  Result<bool> orders_by(const std::string& column) {
    auto options = row_options(ways_);
    options.emplace_back("orderby", quoted_name(column));
    const auto row = first_row(std::move(options));
    if (refused(row)) return false;
    if (!row) return fail(row.error());
    return row->has_value();
  }

  Status find_paging() {
    const ODataPaging wanted = options_.paging;
    const bool any = wanted == ODataPaging::automatic;
    if (wanted == ODataPaging::row_id || (any && ways_.filters_row_id)) {
      FMF_TRY_ASSIGN(const bool works, orders_by(std::string(k_row_id)));
      if (works) ways_.order = k_row_id;
    }
    const bool has_key = ways_.table.key.size() == 1;
    if (ways_.order.empty() && has_key && (wanted == ODataPaging::key || any)) {
      FMF_TRY_ASSIGN(const bool works, orders_by(ways_.table.key.front()));
      if (works) ways_.order = ways_.table.key.front();
    }
    if (any || wanted == ODataPaging::skip || !ways_.order.empty()) return {};
    return fail(ErrorKind::invalid, "the server can't list this table in the order that is set");
  }

  const Api& api_;
  const Address& address_;
  const ODataOptions& options_;
  Answers& answers_;
  const CallContext& context_;
  Ways ways_{};
};

}  // namespace

bool orders_by_row_id(const Ways& ways) {
  return ways.order == k_row_id;
}

QueryOptions row_options(const Ways& ways) {
  if (ways.special == SpecialColumns::whole_row) return {};
  std::string names;
  if (ways.special == SpecialColumns::selected) names = "ROWID,ROWMODID";
  for (const auto& field : ways.shape.fields) names = with_comma(std::move(names), field.name);
  // The key of the order must come, too.
  const bool by_key = !ways.order.empty() && !orders_by_row_id(ways);
  const auto is_order = [&ways](const Column& field) { return field.name == ways.order; };
  if (by_key && std::ranges::none_of(ways.shape.fields, is_order)) {
    names = with_comma(std::move(names), ways.order);
  }
  return {{"select", names}};
}

Headers row_headers() {
  return {{"Prefer", "fmodata.include-specialcolumns"}};
}

Result<std::string> ask_metadata(const Api& api,
                                 const Address& address,
                                 const CallContext& context) {
  FMF_TRY_ASSIGN(
      HttpResponse metadata,
      api.call({.url = address.metadata(), .headers = {{"Accept", "application/json"}}}, context));
  return std::move(metadata.body);
}

Result<Ways> find_ways(const Api& api,
                       const Address& address,
                       const ODataOptions& options,
                       Answers& answers,
                       const CallContext& context) {
  return Search(api, address, options, answers, context).run();
}

}  // namespace fmferry::odata
