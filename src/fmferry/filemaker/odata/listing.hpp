// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/rows.hpp>

#include <mutex>

namespace fmferry::odata {

// Pages of a table. Where the server can order by ROWID or the key, a page begins with the row that
// the caller saw last (or the one behind it) and not at a count of rows, so that what is deleted
// meanwhile shifts nothing, and so that the server need not count its way there. Anywhere else it
// goes by $skip. A server that cuts its pages (`@nextLink`) makes shorter ones. Thread-safe.
class Listing {
 public:
  Listing(const Api& api, const Address& address) : api_(api), address_(address) {}

  Result<std::int64_t> count(const CallContext& context) const;
  Result<Page> page(const Ways& ways, std::int64_t offset, int limit, const CallContext& context);

 private:
  struct Place {
    std::int64_t offset{0};
    std::string literal{};  // of the order's column
  };

  struct Start {
    QueryOptions options{};
    bool from_a_row{false};
  };

  [[nodiscard]] Start start_at(const Ways& ways, std::int64_t offset) const;
  void remember(const Ways& ways, const Page& page, const boost::json::array& rows);

  const Api& api_;
  const Address& address_;
  mutable std::mutex mutex_;
  Place last_;  // guarded by mutex_: the last row of the page given last
};

}  // namespace fmferry::odata
