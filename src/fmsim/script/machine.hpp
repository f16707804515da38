// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/faults.hpp>
#include <fmsim/records.hpp>
#include <fmsim/script/program.hpp>
#include <fmsim/script/web_put.hpp>
#include <fmsim/stats.hpp>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace fmsim {

// What scripts work on.
struct ScriptPlace {
  Records& records;
  std::string ca_file{};    // whom Insert from URL believes; empty: the system's
  Faults* faults{nullptr};  // of uploads; none: nothing goes wrong
  Stats* stats{nullptr};    // where uploads are counted; none: nowhere
};

// Runs one script once, as FileMaker would: a layout, a found set, a record, an open edit. Every
// step but a comment sets Get ( LastError ).
class ScriptMachine final : private Scope {
 public:
  explicit ScriptMachine(const ScriptPlace& place, std::string parameter);

  // The result of Exit Script.
  std::string run(const Program& program);

 private:
  Value variable(const std::string& name) override;
  Value field(const std::string& name) override;
  Value get(const std::string& name) override;

  // Where to go on.
  std::size_t step(const Program& program, std::size_t at);
  [[nodiscard]] std::size_t after_branch(const Program& program, std::size_t at);
  void go_to_layout(const std::string& name);
  // False: there is no record there.
  bool go_to_record(Go where);
  void enter_find_mode();
  int perform_find();
  int set_field(const std::string& name, const Value& value);
  int commit();
  int insert_from_url(const ScriptStep& step);
  WebAnswer push(const CurlOptions& options, const std::string& url);
  [[nodiscard]] FaultSubject push_subject(const Value& file) const;
  [[nodiscard]] std::optional<std::size_t> own_field(const std::string& name) const;
  [[nodiscard]] std::optional<std::uint64_t> slot() const;
  [[nodiscard]] const std::vector<std::uint64_t>& with_value(std::size_t field,
                                                             const std::string& folded_value);
  [[nodiscard]] const std::vector<std::uint64_t>& found();

  const ScriptPlace& place_;
  const std::string parameter_;
  std::map<std::string, Value> variables_;
  TableId table_{TableId::images};
  bool finding_{false};
  std::map<std::size_t, std::string> request_;       // what find mode was given
  std::optional<std::vector<std::uint64_t>> found_;  // none: all records
  std::size_t at_{0};
  FieldValues edits_;  // of the current record, not committed yet
  int last_error_{0};
  std::string result_;
  // What each text field holds, folded: a script finds hundreds of records one by one.
  std::map<std::size_t, std::unordered_map<std::string, std::vector<std::uint64_t>>> indexes_;
};

}  // namespace fmsim
