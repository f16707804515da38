// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/find_record.hpp>

namespace fmferry::script {

void begin(Snippet& snippet, const Solution& solution, std::string_view purpose) {
  snippet.comment(purpose);
  snippet.comment("Made by fmferry for the layout " + solution.layout +
                  ". Change nothing by hand.");
  snippet.set_error_capture(true);
  snippet.allow_user_abort(false);
  snippet.go_to_layout(solution.layout);
}

void begin_items(Snippet& snippet, std::string_view what) {
  snippet.set_variable("$list",
                       "JSONGetElement ( Get ( ScriptParameter ) ; " + quoted(what) + " )");
  snippet.set_variable("$count", "ValueCount ( JSONListKeys ( $list ; \"\" ) )");
  snippet.set_variable("$results", "\"[]\"");
  snippet.set_variable("$index", "0");
  snippet.loop();
  snippet.exit_loop_if("$index >= $count");
  snippet.set_variable("$item", "JSONGetElement ( $list ; \"[\" & $index & \"]\" )");
  snippet.set_variable("$id", "JSONGetElement ( $item ; \"id\" )");
  snippet.set_variable("$recordId", "JSONGetElement ( $item ; \"recordId\" )");
}

void end_items(Snippet& snippet) {
  snippet.set_variable(
      "$results", "JSONSetElement ( $results ; \"[\" & $index & \"]\" ; $result ; JSONObject )");
  snippet.set_variable("$index", "$index + 1");
  snippet.end_loop();
}

void find_record(Snippet& snippet, const Solution& solution) {
  // Finds know no case, and an id may be there twice: so the found records are looked at one by
  // one.
  const std::string here = "Exact ( " + field_reference(solution.table, solution.id_field) +
                           " ; $id ) and ( $recordId = \"\" or Get ( RecordID ) = $recordId )";
  snippet.set_variable("$problem", "\"\"");
  snippet.enter_find_mode();
  snippet.set_field(solution.table, field_name(solution.id_field).name, exact_criterion("$id"));
  snippet.perform_find();
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.begin_if("$error <> 0");
  snippet.set_variable("$problem", "If ( $error = 401 ; \"not_found\" ; \"find_failed\" )");
  snippet.otherwise();
  snippet.go_to_record(Snippet::Go::first);
  snippet.loop();
  snippet.exit_loop_if(here);
  snippet.go_to_record(Snippet::Go::next_exit_after_last);
  snippet.end_loop();
  snippet.begin_if("not ( " + here + " )");
  snippet.set_variable("$problem", "\"not_found\"");
  snippet.end_if();
  snippet.end_if();
}

void answer(Snippet& snippet) {
  snippet.exit_script(
      "JSONSetElement ( \"{}\" ; [ \"version\" ; 1 ; JSONNumber ] ; [ \"results\" ; $results ; "
      "JSONArray ] )");
}

}  // namespace fmferry::script
