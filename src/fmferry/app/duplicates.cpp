// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/duplicates.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <map>

namespace fmferry {
namespace {

namespace json = boost::json;

struct Sum {
  std::int64_t records{0};
  std::int64_t could_save{0};
};

Sum sum_of(const std::vector<DuplicateGroup>& groups) {
  Sum sum;
  for (const auto& group : groups) {
    sum.records += group.bytes.records;
    sum.could_save += group.could_save();
  }
  return sum;
}

}  // namespace

Result<std::vector<DuplicateGroup>> find_duplicates(Ledger& ledger) {
  FMF_TRY_ASSIGN(auto alike, ledger.same_bytes());
  std::vector<DuplicateGroup> groups;
  std::map<std::string, std::size_t> places;
  for (auto& bytes : alike) {
    places.emplace(bytes.sha256, groups.size());
    groups.push_back({.bytes = std::move(bytes)});
  }
  if (groups.empty()) return groups;
  FMF_TRY(for_each_row(ledger, [&](const LedgerRow& row) -> Status {
    if (row.fate != Fate::moved || !row.stored) return {};
    const auto place = places.find(row.stored->sha256);
    if (place == places.end()) return {};
    groups[place->second].members.push_back(
        {.record_id = row.seen.record_id, .id = row.seen.id, .key = row.stored->key});
    return {};
  }));
  return groups;
}

std::string duplicates_text(const std::vector<DuplicateGroup>& groups) {
  if (groups.empty()) return "no two moved records have the same bytes\n";
  std::string text;
  for (const auto& group : groups) {
    text += fmt::format("{} records, {} each, {} could be saved, SHA-256 {}\n",
                        with_commas(group.bytes.records),
                        human_bytes(group.bytes.length),
                        human_bytes(group.could_save()),
                        to_hex(group.bytes.sha256));
    for (const auto& member : group.members) {
      text += fmt::format("{:>12}  {}\n", member.record_id, member.key);
    }
  }
  const Sum sum = sum_of(groups);
  return text + fmt::format("in all {} records in {} groups; {} could be saved\n",
                            with_commas(sum.records),
                            with_commas(static_cast<std::int64_t>(groups.size())),
                            human_bytes(sum.could_save));
}

std::string duplicates_json(const std::vector<DuplicateGroup>& groups) {
  json::array list;
  for (const auto& group : groups) {
    json::array members;
    for (const auto& member : group.members) {
      members.push_back(
          json::object{{"record_id", member.record_id}, {"id", member.id}, {"key", member.key}});
    }
    list.push_back(json::object{{"sha256", to_hex(group.bytes.sha256)},
                                {"bytes", group.bytes.length},
                                {"objects", group.bytes.objects},
                                {"could_save", group.could_save()},
                                {"records", std::move(members)}});
  }
  const Sum sum = sum_of(groups);
  return json::serialize(json::object{
      {"groups", std::move(list)}, {"records", sum.records}, {"could_save", sum.could_save}});
}

}  // namespace fmferry
