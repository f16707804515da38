// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/common/record_error.hpp>
#include <fmferry/filemaker/odata/batch.hpp>
#include <fmferry/filemaker/odata/writer.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace fmferry::odata {
namespace {

namespace json = boost::json;

constexpr std::size_t k_longest_url = 2000;    // Claris: keep below
constexpr std::size_t k_changeset_parts = 25;  // one locked record undoes them all
constexpr std::size_t k_worth_a_filter = 3;    // records with the same values

Error conflict(int code, std::string what) {
  return {.kind = ErrorKind::conflict, .what = std::move(what), .origin_code = code};
}

Error changed_since() {
  return conflict(filemaker::k_changed_since, "the record was changed meanwhile");
}

bool is_its_own(const Error& error) {
  return error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid ||
         error.kind == ErrorKind::not_found;
}

// A record as it was found, for a look at what became of a write.
struct Found {
  std::int64_t mod_id{0};
  bool has_values{false};
};

}  // namespace

// One call of Writer::write().
class WriteCall {
 public:
  WriteCall(Writer& writer,
            const Ways& ways,
            std::span<const RecordWrite> writes,
            const CallContext& context)
      : writer_(writer),
        ways_(ways),
        writes_(writes),
        context_(context),
        results_(writes.size(), fail(ErrorKind::internal, "not written")) {}

  std::vector<Result<std::int64_t>> run() {
    std::map<FieldUpdates, Chosen> groups;
    for (std::size_t at = 0; at < writes_.size(); ++at) groups[writes_[at].updates].push_back(at);
    Chosen rest;
    for (auto& [updates, group] : groups) {
      const bool few = groups.size() > 1 && group.size() < k_worth_a_filter;
      if (few || !ways_.filters_row_id) {
        rest.insert(rest.end(), group.begin(), group.end());
      } else {
        by_filter(std::move(group));
      }
    }
    by_changesets(rest);
    return std::move(results_);
  }

 private:
  using Chosen = std::vector<std::size_t>;  // places in writes_

  // --- the same values

  // Cuts a group into requests whose addresses are short enough.
  void by_filter(Chosen group) {
    if (!ways_.filters_mod_id) group = still_as_expected(group);
    std::ranges::stable_sort(group, {}, [this](std::size_t at) { return guard_of(at); });
    while (!group.empty() && !stopped_) {
      std::size_t count = 1;
      while (count < group.size() && fits(first_of(group, count + 1))) ++count;
      patch_by_filter(first_of(group, count));
      group.erase(group.begin(), at_place(group, count));
    }
    if (stopped_) fail_all(group, *stopped_);
  }

  static Chosen::const_iterator at_place(const Chosen& group, std::size_t place) {
    return group.begin() + static_cast<std::ptrdiff_t>(place);
  }

  static Chosen first_of(const Chosen& group, std::size_t count) {
    return {group.begin(), at_place(group, count)};
  }

  static Chosen rest_of(const Chosen& group, std::size_t from) {
    return {at_place(group, from), group.end()};
  }

  [[nodiscard]] std::optional<std::int64_t> guard_of(std::size_t at) const {
    return ways_.filters_mod_id ? writes_[at].expected_mod_id : std::nullopt;
  }

  [[nodiscard]] std::string url_for(const Chosen& group) const {
    std::vector<Sought> sought;
    for (const std::size_t at : group) sought.push_back({writes_[at].record_id, guard_of(at)});
    return writer_.address_.table({{"filter", filter_for(sought)}});
  }

  [[nodiscard]] bool fits(const Chosen& group) const {
    return url_for(group).size() <= k_longest_url;
  }

  void patch_by_filter(const Chosen& group) {
    if (stopped_) return fail_all(group, *stopped_);
    const auto answer = patch(url_for(group), writes_[group.front()].updates);
    if (!answer && group.size() > 1 && is_its_own(answer.error())) {
      // Whose fault it is nobody says.
      const std::size_t half = group.size() / 2;
      patch_by_filter(first_of(group, half));
      patch_by_filter(rest_of(group, half));
      return;
    }
    if (!answer) return fail_all(group, answer.error());
    const auto affected = affected_rows(*answer);
    const bool all = affected == static_cast<std::int64_t>(group.size());
    const bool zone_holds = zone_ == writer_.zone(ways_);
    if (all && writer_.counts_by_one_ && zone_holds && is_guarded(group)) {
      for (const std::size_t at : group) results_[at] = *writes_[at].expected_mod_id + 1;
      return;
    }
    look_up(group, all);
  }

  [[nodiscard]] bool is_guarded(const Chosen& group) const {
    return std::ranges::all_of(group, [this](std::size_t at) { return guard_of(at).has_value(); });
  }

  // What became of a write that was answered, told from the records themselves.
  void look_up(const Chosen& group, bool all_affected) {
    const auto found = find(group);
    if (!found) return fail_all(group, in_doubt_after(found.error()));
    if (all_affected && in_another_zone(*found)) return write_again(group, *found);
    bool by_one = all_affected && is_guarded(group);
    for (const std::size_t at : group) {
      results_[at] = verdict_on(writes_[at], *found, all_affected);
      by_one = by_one && results_[at] && *results_[at] == *writes_[at].expected_mod_id + 1;
    }
    if (by_one) writer_.counts_by_one_ = true;
  }

  // The server moved what we sent to its own zone.
  [[nodiscard]] bool in_another_zone(const std::map<RecordId, Found>& found) const {
    return !seen_zone_.empty() && seen_zone_ != zone_ &&
           std::ranges::none_of(found, [](const auto& each) { return each.second.has_values; });
  }

  void write_again(const Chosen& group, const std::map<RecordId, Found>& found) {
    writer_.learn_zone(seen_zone_);
    std::vector<RecordWrite> again;
    for (const std::size_t at : group) {
      again.push_back(writes_[at]);
      const auto now = found.find(writes_[at].record_id);
      if (now != found.end()) again.back().expected_mod_id = now->second.mod_id;
    }
    auto results = writer_.write(ways_, again, context_);
    for (std::size_t i = 0; i < group.size(); ++i) results_[group[i]] = std::move(results[i]);
  }

  static Result<std::int64_t> verdict_on(const RecordWrite& write,
                                         const std::map<RecordId, Found>& found,
                                         bool all_affected) {
    const auto now = found.find(write.record_id);
    if (now == found.end()) {
      return fail(Error{.kind = ErrorKind::not_found,
                        .what = "the record is gone",
                        .origin_code = k_no_such_record});
    }
    const Found& record = now->second;
    const bool ours =
        all_affected || !write.expected_mod_id || record.mod_id == *write.expected_mod_id + 1;
    if (record.has_values && ours) return record.mod_id;
    if (all_affected) {
      return fail(ErrorKind::denied,
                  "the server shows other values than were written, as if it moved timestamps to "
                  "another zone: let the Data API write (kind = \"mixed\", write = \"dataapi\")");
    }
    if (record.mod_id == write.expected_mod_id || !write.expected_mod_id) {
      return fail(conflict(filemaker::k_record_locked, "the server left the record out"));
    }
    return fail(changed_since());
  }

  // --- different values

  void by_changesets(Chosen rest) {
    if (rest.empty() || stopped_) return fail_all(rest, stopped_.value_or(Error{}));
    rest = still_as_expected(rest);
    while (!rest.empty() && !stopped_) {
      const auto count = std::min(rest.size(), k_changeset_parts);
      change_together(first_of(rest, count));
      rest.erase(rest.begin(), at_place(rest, count));
    }
    if (stopped_) fail_all(rest, *stopped_);
  }

  // One changeset; when a record of it is refused, the others again without that.
  void change_together(Chosen group) {
    if (stopped_) return fail_all(group, *stopped_);
    if (group.size() == 1) return change_alone(group.front());
    const auto answers = send_changeset(group);
    if (!answers) return fail_all(group, answers.error());
    const auto& last = answers->back();
    if (last.status < 300 && answers->size() == group.size()) return look_up(group, true);
    if (last.status < 300) return fail_all(group, in_doubt_after({}));
    Error refusal = filemaker::about_record(answer_error(last));
    if (!is_its_own(refusal)) return fail_all(group, refusal);
    if (answers->size() == 1) {
      // It may be for the changeset as a whole: whose fault it is nobody says.
      const std::size_t half = group.size() / 2;
      change_together(first_of(group, half));
      change_together(rest_of(group, half));
      return;
    }
    const auto refused = at_place(group, answers->size() - 1);
    fail_one(*refused, std::move(refusal));
    group.erase(refused);
    change_together(std::move(group));
  }

  Result<std::vector<HttpResponse>> send_changeset(const Chosen& group) {
    std::vector<BatchPart> parts;
    for (const std::size_t at : group) {
      parts.push_back({.path = writer_.address_.path_of(place_of(writes_[at].record_id)),
                       .body = body_of(writes_[at].updates)});
    }
    FMF_TRY_ASSIGN(const HttpResponse response,
                   writer_.api_.call({.method = "POST",
                                      .url = writer_.address_.batch(),
                                      .headers = {{"Content-Type", std::string(k_batch_type)},
                                                  {"Accept", "multipart/mixed"}},
                                      .body = changeset(parts)},
                                     context_));
    auto answers = batch_answers(response);
    if (!answers || answers->size() > group.size()) return fail(in_doubt_after({}));
    return answers;
  }

  void change_alone(std::size_t at) {
    const RecordWrite& write = writes_[at];
    const auto answer =
        patch(writer_.address_.record(place_of(write.record_id), {}), write.updates);
    if (!answer) return fail_one(at, answer.error());
    look_up({at}, affected_rows(*answer).value_or(1) == 1);
  }

  // --- both

  Result<HttpResponse> patch(const std::string& url, const FieldUpdates& updates) {
    auto answer = writer_.api_.call({.method = "PATCH",
                                     .url = url,
                                     .headers = {{"Content-Type", "application/json"},
                                                 {"Accept", "application/json"},
                                                 {"Prefer", "return=minimal"}},
                                     .body = body_of(updates)},
                                    context_);
    if (!answer) return fail(filemaker::about_record(std::move(answer).error()));
    return answer;
  }

  [[nodiscard]] ColumnType type_of(const std::string& field) const {
    const Column* column = ways_.table.find(field);
    return column == nullptr ? ColumnType::text : column->type;
  }

  [[nodiscard]] std::string body_of(const FieldUpdates& updates) {
    zone_ = writer_.zone(ways_);
    json::object body;
    for (const auto& [name, value] : updates) {
      body[name] = sent_value(value, type_of(name), zone_);
    }
    return json::serialize(body);
  }

  // Those of a group that are at the modification that is expected; the others have their error.
  Chosen still_as_expected(const Chosen& group) {
    Chosen guarded;
    Chosen fine;
    for (const std::size_t at : group) {
      (writes_[at].expected_mod_id ? guarded : fine).push_back(at);
    }
    if (guarded.empty()) return fine;
    const auto found = find(guarded);
    if (!found) {
      fail_all(guarded, found.error());
      return fine;
    }
    for (const std::size_t at : guarded) {
      const auto now = found->find(writes_[at].record_id);
      if (now != found->end() && now->second.mod_id == writes_[at].expected_mod_id) {
        fine.push_back(at);
      } else if (now != found->end()) {
        results_[at] = fail(changed_since());
      } else {
        results_[at] = verdict_on(writes_[at], *found, false);
      }
    }
    return fine;
  }

  // The records of a group as they are now; those that are gone are not in it.
  Result<std::map<RecordId, Found>> find(const Chosen& group) {
    std::map<RecordId, Found> found;
    std::size_t at = 0;
    while (at < group.size()) {
      std::vector<Sought> sought{{writes_[group[at]].record_id, {}}};
      Chosen asked{group[at]};
      for (++at; ways_.filters_row_id && at < group.size(); ++at) {
        sought.push_back({writes_[group[at]].record_id, {}});
        if (url_of_rows(sought).size() > k_longest_url) {
          sought.pop_back();
          break;
        }
        asked.push_back(group[at]);
      }
      FMF_TRY(find_some(sought, asked, found));
    }
    return found;
  }

  [[nodiscard]] std::set<std::string> written_fields() const {
    std::set<std::string> names;
    for (const auto& write : writes_) {
      for (const auto& [name, value] : write.updates) names.insert(name);
    }
    return names;
  }

  [[nodiscard]] QueryOptions look_options() const {
    Ways look = ways_;
    look.shape.fields.clear();
    for (const auto& name : written_fields()) {
      if (const Column* column = ways_.table.find(name)) look.shape.fields.push_back(*column);
    }
    look.order.clear();
    return row_options(look);
  }

  [[nodiscard]] std::string url_of_rows(std::span<const Sought> sought) const {
    auto options = look_options();
    options.emplace_back("filter", filter_for(sought));
    return writer_.address_.table(options);
  }

  Status find_some(std::span<const Sought> sought,
                   const Chosen& asked,
                   std::map<RecordId, Found>& found) {
    if (!ways_.filters_row_id) {
      const auto row = writer_.api_.get(
          writer_.address_.record(place_of(sought.front().record_id), look_options()),
          row_headers(),
          context_);
      if (!row && row.error().kind == ErrorKind::not_found) return {};
      if (!row) return fail(row.error());
      return note_row(*row, asked, found);
    }
    FMF_TRY_ASSIGN(const auto answer,
                   writer_.api_.get(url_of_rows(sought), row_headers(), context_));
    FMF_TRY_ASSIGN(const auto* rows, rows_of(answer));
    for (const auto& row : *rows) FMF_TRY(note_row(row.get_object(), asked, found));
    return {};
  }

  Status note_row(const json::object& row, const Chosen& asked, std::map<RecordId, Found>& found) {
    FMF_TRY_ASSIGN(const Record record, read_row(row, {}));
    for (const auto& name : written_fields()) {
      const auto* shown = row.if_contains(name);
      if (shown != nullptr && type_of(name) == ColumnType::timestamp) seen_zone_ = zone_of(*shown);
    }
    for (const std::size_t at : asked) {
      if (writes_[at].record_id != record.record_id) continue;
      const auto same = [&](const auto& update) {
        const auto* value = row.if_contains(update.first);
        return value != nullptr && shown_value(*value, type_of(update.first)) == update.second;
      };
      found[record.record_id] = {.mod_id = record.mod_id,
                                 .has_values = std::ranges::all_of(writes_[at].updates, same)};
    }
    return {};
  }

  static Error in_doubt_after(const Error& error) {
    if (error.kind == ErrorKind::cancelled) return error;
    return {.kind = ErrorKind::in_doubt,
            .what = "the server did not say what became of the write",
            .origin_code = error.origin_code};
  }

  void fail_one(std::size_t at, Error error) {
    if (ends_a_batch(error)) stopped_ = error;
    results_[at] = fail(std::move(error));
  }

  void fail_all(const Chosen& group, const Error& error) {
    for (const std::size_t at : group) fail_one(at, error);
  }

  Writer& writer_;
  const Ways& ways_;
  const std::span<const RecordWrite> writes_;
  const CallContext& context_;
  std::string zone_{};       // of the timestamps in the request sent last
  std::string seen_zone_{};  // behind timestamps that were looked up
  std::vector<Result<std::int64_t>> results_;
  std::optional<Error> stopped_{};  // the service fails, or nothing more is to be tried
};

std::vector<Result<std::int64_t>> Writer::write(const Ways& ways,
                                                std::span<const RecordWrite> writes,
                                                const CallContext& context) {
  return WriteCall(*this, ways, writes, context).run();
}

std::string Writer::zone(const Ways& ways) const {
  const std::scoped_lock lock(mutex_);
  return zone_.empty() ? ways.zone : zone_;
}

void Writer::learn_zone(std::string zone) {
  const std::scoped_lock lock(mutex_);
  zone_ = std::move(zone);
}

std::string filter_for(std::span<const Sought> sought) {
  std::string filter;
  for (std::size_t at = 0; at < sought.size();) {
    const auto mod_id = sought[at].mod_id;
    std::string ids;
    std::size_t count = 0;
    for (; at < sought.size() && sought[at].mod_id == mod_id; ++at, ++count) {
      ids += (count == 0 ? "ROWID eq " : " or ROWID eq ") + std::to_string(sought[at].record_id);
    }
    if (mod_id) {
      ids = "(ROWMODID eq " + std::to_string(*mod_id) + " and " +
            (count > 1 ? "(" + ids + ")" : ids) + ")";
    }
    filter += (filter.empty() ? "" : " or ") + ids;
  }
  return filter;
}

}  // namespace fmferry::odata
