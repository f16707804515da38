// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odata/listing.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::odata {
namespace {

ColumnType order_type(const Ways& ways) {
  const Column* column = ways.table.find(ways.order);
  return column == nullptr ? ColumnType::number : column->type;
}

}  // namespace

Result<std::int64_t> Listing::count(const CallContext& context) const {
  // `/$count` is refused by some servers.
  const QueryOptions options{{"count", "true"}, {"top", "0"}};
  FMF_TRY_ASSIGN(const auto answer, api_.get(address_.table(options), {}, context));
  return count_of(answer);
}

Listing::Start Listing::start_at(const Ways& ways, std::int64_t offset) const {
  Start start{.options = row_options(ways)};
  if (!ways.order.empty()) start.options.emplace_back("orderby", quoted_name(ways.order));
  if (offset == 1) return start;
  const std::scoped_lock lock(mutex_);
  const bool here = !last_.literal.empty() && offset == last_.offset;
  const bool behind = !last_.literal.empty() && offset == last_.offset + 1;
  if (here || behind) {
    start.options.emplace_back("filter",
                               quoted_name(ways.order) + (here ? " ge " : " gt ") + last_.literal);
    start.from_a_row = true;
  } else {
    start.options.emplace_back("skip", std::to_string(offset - 1));
  }
  return start;
}

Result<Page> Listing::page(const Ways& ways,
                           std::int64_t offset,
                           int limit,
                           const CallContext& context) {
  Start start = start_at(ways, offset);
  start.options.emplace_back("top", std::to_string(limit));
  start.options.emplace_back("count", "true");
  FMF_TRY_ASSIGN(const auto answer,
                 api_.get(address_.table(start.options), row_headers(), context));
  FMF_TRY_ASSIGN(const auto* rows, rows_of(answer));
  FMF_TRY_ASSIGN(const std::int64_t counted, count_of(answer));
  Page page{.offset = offset, .found_count = counted + (start.from_a_row ? offset - 1 : 0)};
  const auto came = static_cast<std::int64_t>(rows->size());
  const auto promised = std::clamp<std::int64_t>(page.found_count - offset + 1, 0, limit);
  const bool goes_on = control_of(answer, "nextLink") != nullptr && came > 0;
  if (came < promised && !goes_on) {
    return fail(ErrorKind::corrupt,
                "a page of " + std::to_string(came) +
                    " records came where the server's own count promises " +
                    std::to_string(promised));
  }
  page.records.reserve(rows->size());
  for (const auto& row : *rows) {
    FMF_TRY_ASSIGN(Record record, read_row(row.get_object(), ways.shape));
    page.records.push_back(std::move(record));
  }
  remember(ways, page, *rows);
  return page;
}

void Listing::remember(const Ways& ways, const Page& page, const boost::json::array& rows) {
  if (rows.empty() || ways.order.empty()) return;
  const auto* value = rows.back().get_object().if_contains(ways.order);
  const std::scoped_lock lock(mutex_);
  last_ = {.offset = page.offset + static_cast<std::int64_t>(rows.size()) - 1};
  if (value != nullptr && !value->is_null()) last_.literal = literal_of(*value, order_type(ways));
}

}  // namespace fmferry::odata
