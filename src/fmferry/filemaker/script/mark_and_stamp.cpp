// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/find_record.hpp>
#include <fmferry/filemaker/script/scripts.hpp>

namespace fmferry::script {
namespace {

// Whether the item has this member at all: an empty text is a value, too.
std::string has(const std::string& member) {
  return "Position ( $keys ; Char ( 13 ) & " + quoted(member) + " & Char ( 13 ) ; 1 ; 1 ) > 0";
}

// "03/11/2025 09:05:00" as a timestamp, whatever the file's own way of writing dates.
constexpr std::string_view k_timestamp =
    "If ( $stampText = \"\" ; \"\" ; Timestamp ( Date ( GetAsNumber ( Middle ( $stampText ; 1 ; 2 "
    ") "
    ") ; GetAsNumber ( Middle ( $stampText ; 4 ; 2 ) ) ; GetAsNumber ( Middle ( $stampText ; 7 ; 4 "
    ") ) ) ; Time ( GetAsNumber ( Middle ( $stampText ; 12 ; 2 ) ) ; GetAsNumber ( Middle ( "
    "$stampText ; 15 ; 2 ) ) ; GetAsNumber ( Middle ( $stampText ; 18 ; 2 ) ) ) ) )";

void read_item(Snippet& snippet, const Solution& solution) {
  snippet.set_variable("$keys", "Char ( 13 ) & JSONListKeys ( $item ; \"\" ) & Char ( 13 )");
  snippet.set_variable("$expected", "JSONGetElement ( $item ; \"modId\" )");
  if (!solution.mark_field.empty()) {
    snippet.set_variable("$marks", has("mark"));
    snippet.set_variable("$mark", "JSONGetElement ( $item ; \"mark\" )");
    snippet.set_variable("$guarded", has("was"));
    snippet.set_variable("$was", "JSONGetElement ( $item ; \"was\" )");
  }
  if (!solution.stamp_field.empty()) {
    snippet.set_variable("$stamps", has("stamp"));
    snippet.set_variable("$stampText", "JSONGetElement ( $item ; \"stamp\" )");
    snippet.set_variable("$stamp", k_timestamp);
  }
  snippet.set_variable("$modId", "\"\"");
  snippet.set_variable("$outcome", "\"\"");
}

// What is asked for is there already: an earlier call whose answer was lost has written it.
std::string already_there(const Solution& solution) {
  std::string same = "( $expected = \"\" or Get ( RecordModificationCount ) - $expected <= 1 )";
  if (!solution.mark_field.empty()) {
    same += " and ( not $marks or Exact ( " + field_reference(solution.table, solution.mark_field) +
            " ; $mark ) )";
  }
  if (!solution.stamp_field.empty()) {
    same += " and ( not $stamps or GetAsText ( " +
            field_reference(solution.table, solution.stamp_field) + " ) = GetAsText ( $stamp ) )";
  }
  return same;
}

std::string changed_since(const Solution& solution) {
  std::string changed = "( $expected <> \"\" and Get ( RecordModificationCount ) <> $expected )";
  if (!solution.mark_field.empty()) {
    changed += " or ( $guarded and not Exact ( " +
               field_reference(solution.table, solution.mark_field) + " ; $was ) )";
  }
  return changed;
}

void write(Snippet& snippet, const Solution& solution) {
  if (!solution.mark_field.empty()) {
    snippet.begin_if("$marks");
    snippet.set_field(solution.table, solution.mark_field, "$mark");
    snippet.set_variable("$error", "Get ( LastError )");
    snippet.end_if();
  }
  if (!solution.stamp_field.empty()) {
    snippet.begin_if("$error = 0 and $stamps");
    snippet.set_field(solution.table, solution.stamp_field, "$stamp");
    snippet.set_variable("$error", "Get ( LastError )");
    snippet.end_if();
  }
  snippet.begin_if("$error = 0");
  snippet.commit();
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.end_if();
  snippet.set_variable(
      "$outcome", "Case ( $error = 0 ; \"written\" ; $error = 301 ; \"locked\" ; \"failed\" )");
}

}  // namespace

std::string mark_and_stamp(const Solution& solution, const std::string& script_name) {
  Snippet snippet(script_name);
  begin(snippet,
        solution,
        "Writes marks and stamps. Parameter: {\"records\":[{id, recordId, modId, was, mark, "
        "stamp}]}; a stamp is MM/DD/YYYY HH:MM:SS.");
  begin_items(snippet, "records");
  read_item(snippet, solution);
  find_record(snippet, solution);
  snippet.begin_if("$problem <> \"\"");
  snippet.set_variable("$outcome", "$problem");
  snippet.otherwise();
  snippet.begin_if(already_there(solution));
  snippet.set_variable("$outcome", "\"already\"");
  snippet.otherwise();
  snippet.begin_if(changed_since(solution));
  snippet.set_variable("$outcome", "\"changed\"");
  snippet.otherwise();
  write(snippet, solution);
  snippet.end_if();
  snippet.end_if();
  snippet.set_variable("$modId", "Get ( RecordModificationCount )");
  snippet.end_if();
  snippet.set_variable(
      "$result",
      "JSONSetElement ( \"{}\" ; [ \"recordId\" ; $recordId ; JSONString ] ; [ \"id\" ; $id ; "
      "JSONString ] ; [ \"outcome\" ; $outcome ; JSONString ] ; [ \"error\" ; $error ; JSONNumber "
      "] "
      "; [ \"modId\" ; $modId ; JSONString ] )");
  end_items(snippet);
  answer(snippet);
  return snippet.xml();
}

}  // namespace fmferry::script
