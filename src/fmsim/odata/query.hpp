// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/odata/filter.hpp>
#include <fmsim/odata/path.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fmsim::odata {

struct OrderKey {
  Expression column;
  bool descending{false};
};

// The options of a query, read. Refused with 400 when one of them is unknown or makes no sense.
struct Query {
  std::optional<Predicate> filter;
  std::vector<OrderKey> order;
  std::optional<std::uint64_t> top;
  std::uint64_t skip{0};
  bool count{false};
  std::optional<std::string> select;
};

Query read_query(const Path& path, TableId table, const ODataSettings& settings);

struct Found {
  std::vector<std::uint64_t> slots;  // those of the page
  std::uint64_t count{0};            // all that the filter lets pass
};

// `most` rows from `query.skip` on; in creation order unless sorted.
Found run_query(const Query& query, const Records& records, TableId table, std::uint64_t most);

// All that the filter lets pass, however many.
std::vector<std::uint64_t> matching(const Query& query, const Records& records, TableId table);

}  // namespace fmsim::odata
