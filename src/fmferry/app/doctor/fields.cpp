// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/fields.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <algorithm>
#include <vector>

namespace fmferry::doctor {
namespace {

using Fields = std::span<const FieldFacts>;

std::string quoted(const std::string& name) {
  return "'" + name + "'";
}

// "photo(2)" is a repetition of "photo".
const FieldFacts* find(Fields fields, const std::string& name) {
  auto found = std::ranges::find(fields, name, &FieldFacts::name);
  if (found == fields.end() && name.ends_with(')')) {
    found = std::ranges::find(fields, name.substr(0, name.rfind('(')), &FieldFacts::name);
  }
  return found == fields.end() ? nullptr : &*found;
}

std::string similar(Fields fields, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  const std::string like = nearest(name, names);
  return like.empty() || like == name ? "" : " (is it '" + like + "'?)";
}

// What is wrong with all of them, not only the first.
class Problems {
 public:
  void add(const std::string& name, const std::string& what) {
    words_ += (words_.empty() ? "" : "; ") + quoted(name) + " " + what;
  }

  [[nodiscard]] bool none() const { return words_.empty(); }

  [[nodiscard]] Error error() const { return {.kind = ErrorKind::invalid, .what = words_}; }

 private:
  std::string words_{};
};

std::vector<std::string> written(const JobSettings& job) {
  std::vector<std::string> names;
  for (const auto& name : {job.mark_field, job.stamp_field}) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string place_fields(const Place& place) {
  return "put the fields on " + place + ", let the account see them, or name others in [record]";
}

std::string why_not_written(const FieldFacts& field) {
  if (field.is_container) return "is a container";
  if (field.is_calculated) return "is a calculation or may only be read";
  return field.is_global ? "is global: one value for all records" : "";
}

}  // namespace

Finding review_fields(Fields fields, const JobSettings& job, const Place& place) {
  Problems problems;
  const auto to_write = written(job);
  int count = 0;
  for (const auto& name : shown_fields(job)) {
    if (std::ranges::find(to_write, name) != to_write.end()) continue;
    ++count;
    const FieldFacts* field = find(fields, name);
    if (field == nullptr) problems.add(name, "is not on " + place + similar(fields, name));
    if (field != nullptr && field->is_container) problems.add(name, "is a container, not a text");
  }
  if (!problems.none()) return fails(problems.error(), place_fields(place));
  return works(
      place + " shows " +
      (count == 1 ? "the one that is read" : "all " + std::to_string(count) + " that are read"));
}

Finding review_containers(Fields fields, const JobSettings& job, const Place& place) {
  Problems problems;
  for (const auto& name : job.containers) {
    const FieldFacts* field = find(fields, name);
    if (field == nullptr) problems.add(name, "is not on " + place + similar(fields, name));
    if (field != nullptr && !field->is_container) problems.add(name, "is no container");
    if (field != nullptr && field->is_global)
      problems.add(name, "is global: it is no record's own");
  }
  if (!problems.none()) return fails(problems.error(), place_fields(place));
  return works(joined(job.containers));
}

Finding review_written_fields(Fields fields, const JobSettings& job, const Place& place) {
  Problems problems;
  Problems doubts;
  const auto names = written(job);
  if (names.empty()) return skipped("none is configured: the source is only read");
  for (const auto& name : names) {
    const FieldFacts* field = find(fields, name);
    if (field == nullptr) {
      problems.add(name, "is not on " + place + similar(fields, name));
      continue;
    }
    const std::string why = why_not_written(*field);
    if (!why.empty()) problems.add(name, why);
    if (field->fills_itself) doubts.add(name, "is filled by FileMaker itself");
  }
  if (!problems.none()) {
    return fails(problems.error(),
                 "name fields in [record] that can be written: a text for mark, a timestamp for "
                 "stamp; or leave mark and stamp out");
  }
  if (!doubts.none()) {
    return warns(doubts.error().what,
                 "see in FileMaker that its auto-enter options let it be changed; --write-test "
                 "proves it");
  }
  return works(joined(names) + ", as their description says; --write-test proves it");
}

}  // namespace fmferry::doctor
