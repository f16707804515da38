// SPDX-License-Identifier: Apache-2.0
#include <fmsim/finder.hpp>
#include <fmsim/folded_text.hpp>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

namespace fmsim {
namespace {

using Slots = std::vector<std::uint64_t>;
using ValueCounts = std::unordered_map<std::string, std::uint64_t>;

// How often each value of the fields occurs that some request wants duplicates of.
std::unordered_map<std::size_t, ValueCounts> count_values(
    const Records& records, TableId table, const std::vector<FindRequest>& requests) {
  std::unordered_map<std::size_t, ValueCounts> counts;
  for (const FindRequest& request : requests) {
    for (const auto& [field, criterion] : request.criteria) {
      if (!criterion.wants_duplicates || counts.contains(field)) continue;
      ValueCounts& values = counts[field];
      records.walk(table, 0, [&, at = field](std::uint64_t slot) {
        ++values[folded(records.value(table, slot, at))];
        return true;
      });
    }
  }
  return counts;
}

class Search {
 public:
  Search(const Records& records, TableId table, const std::vector<FindRequest>& requests)
      : records_(records),
        table_(table),
        requests_(requests),
        counts_(count_values(records, table, requests)) {}

  [[nodiscard]] bool finds(std::uint64_t slot) const {
    bool found = requests_.front().omit;
    for (const FindRequest& request : requests_) {
      if (found == request.omit && fits(request, slot)) found = !request.omit;
    }
    return found;
  }

 private:
  [[nodiscard]] bool fits(const FindRequest& request, std::uint64_t slot) const {
    return std::all_of(request.criteria.begin(), request.criteria.end(), [&](const auto& each) {
      const auto& [field, criterion] = each;
      const std::string value = records_.value(table_, slot, field);
      if (!criterion.matches(value)) return false;
      return !criterion.wants_duplicates || counts_.at(field).at(folded(value)) > 1;
    });
  }

  const Records& records_;
  TableId table_;
  const std::vector<FindRequest>& requests_;
  std::unordered_map<std::size_t, ValueCounts> counts_;
};

bool less(FieldType type, const std::string& a, const std::string& b) {
  if (type == FieldType::number)
    return std::strtod(a.c_str(), nullptr) < std::strtod(b.c_str(), nullptr);
  return a < b;
}

void sort_slots(const Records& records,
                TableId table,
                const std::vector<SortKey>& keys,
                Slots& slots) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    const FieldType type = fields_of(table)[key->field].type;
    std::vector<std::pair<std::string, std::uint64_t>> rows;
    rows.reserve(slots.size());
    for (const std::uint64_t slot : slots) {
      std::string value = records.value(table, slot, key->field);
      rows.emplace_back(type == FieldType::text ? folded(value) : std::move(value), slot);
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return key->descending ? less(type, b.first, a.first) : less(type, a.first, b.first);
    });
    std::transform(
        rows.begin(), rows.end(), slots.begin(), [](const auto& row) { return row.second; });
  }
}

Page window(Slots all, std::uint64_t offset, std::uint64_t limit) {
  Page page;
  page.found = all.size();
  const std::uint64_t from = std::min(offset - 1, page.found);
  const std::uint64_t to = from + std::min(limit, page.found - from);
  page.slots.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                    all.begin() + static_cast<std::ptrdiff_t>(to));
  return page;
}

}  // namespace

Page find_records(const Records& records,
                  TableId table,
                  const std::vector<FindRequest>& requests,
                  const std::vector<SortKey>& sort,
                  std::uint64_t offset,
                  std::uint64_t limit) {
  const Search search(records, table, requests);
  if (sort.empty()) {
    Page page;
    records.walk(table, 0, [&](std::uint64_t slot) {
      if (!search.finds(slot)) return true;
      ++page.found;
      if (page.found >= offset && page.slots.size() < limit) page.slots.push_back(slot);
      return true;
    });
    return page;
  }
  Slots all;
  records.walk(table, 0, [&](std::uint64_t slot) {
    if (search.finds(slot)) all.push_back(slot);
    return true;
  });
  sort_slots(records, table, sort, all);
  return window(std::move(all), offset, limit);
}

Page list_records(const Records& records,
                  TableId table,
                  const std::vector<SortKey>& sort,
                  std::uint64_t offset,
                  std::uint64_t limit) {
  Slots slots;
  if (sort.empty()) {
    Page page;
    page.found = records.count(table);
    records.walk(table, offset - 1, [&](std::uint64_t slot) {
      if (page.slots.size() < limit) page.slots.push_back(slot);
      return page.slots.size() < limit;
    });
    return page;
  }
  records.walk(table, 0, [&](std::uint64_t slot) {
    slots.push_back(slot);
    return true;
  });
  sort_slots(records, table, sort, slots);
  return window(std::move(slots), offset, limit);
}

}  // namespace fmsim
