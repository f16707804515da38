// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry::script {

// Writes script steps as FileMaker's clipboard XML. FileMaker checks nothing when it is pasted: a
// child in the wrong place is dropped without a word. So every step is written here, once, with its
// children in the only order that works.
class Snippet {
 public:
  enum class Go { first, next_exit_after_last };

  // An empty name: bare steps, to be pasted into an open script; else a script of that name.
  explicit Snippet(std::string script_name) : script_name_(std::move(script_name)) {}

  void comment(std::string_view text);
  void blank();
  void set_error_capture(bool on);
  void allow_user_abort(bool on);
  void set_variable(std::string_view name, std::string_view calculation);
  void begin_if(std::string_view calculation);
  void otherwise();
  void end_if();
  void loop();
  void exit_loop_if(std::string_view calculation);
  void end_loop();
  void go_to_layout(std::string_view layout);
  void go_to_record(Go where);
  void enter_find_mode();
  void perform_find();
  void set_field(std::string_view table, std::string_view field, std::string_view calculation);
  // Without data entry validation: a record that can't be committed would hold up all others.
  void commit();
  void export_field_contents(std::string_view table,
                             std::string_view field,
                             std::string_view path_variable);
  // The answer's body goes into the variable. The URL is sent as it is.
  void insert_from_url(std::string_view variable,
                       std::string_view url_calculation,
                       std::string_view curl_options_calculation);
  void exit_script(std::string_view calculation);

  [[nodiscard]] std::string xml() const;

 private:
  void open(int id, std::string_view name);
  void line(int depth, std::string_view text);
  void close();
  void empty_step(int id, std::string_view name);
  void one_calculation(int id, std::string_view name, std::string_view calculation);
  void conditional(int id, std::string_view name, std::string_view calculation);

  std::string script_name_;
  std::string steps_;
};

// "&", "<", ">" and quotes as entities.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace fmferry::script
