// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/find_record.hpp>
#include <fmferry/filemaker/script/scripts.hpp>

namespace fmferry::script {
namespace {

// $container chosen among the configured ones, as a calculation that names each field itself:
// GetContainerAttribute is documented for fields alone.
std::string of_container(const Solution& solution,
                         const std::function<std::string(const std::string&)>& value) {
  std::string calculation = "Case ( ";
  for (const auto& container : solution.containers) {
    calculation += "$container = " + quoted(container) + " ; " + value(container) + " ; ";
  }
  return calculation + "\"\" )";
}

std::string attribute(const Solution& solution, const std::string& name) {
  return of_container(solution, [&](const std::string& container) {
    return "GetContainerAttribute ( " + field_reference(solution.table, container) + " ; " +
           quoted(name) + " )";
  });
}

void read_container(Snippet& snippet, const Solution& solution) {
  snippet.set_variable("$modId", "Get ( RecordModificationCount )");
  snippet.set_variable("$field", of_container(solution, [&](const std::string& container) {
                         return quoted(field_text(solution.table, container));
                       }));
  snippet.set_variable("$data", "If ( $field = \"\" ; \"\" ; GetField ( $field ) )");
  snippet.set_variable("$md5", attribute(solution, "MD5"));
  snippet.set_variable("$length", attribute(solution, "fileSize"));
  snippet.set_variable("$name", attribute(solution, "filename"));
  snippet.set_variable(
      "$problem",
      "Case ( $field = \"\" ; \"unknown_container\" ; IsEmpty ( $data ) ; \"empty\" ; $length = "
      "\"\" or $length = \"?\" ; \"no_file\" ; \"\" )");
}

void upload(Snippet& snippet) {
  snippet.set_variable("$head", "\"\"");
  snippet.set_variable(
      "$options",
      "\"--request PUT --upload-file $data --dump-header $head\" & If ( $type = \"\" ; \"\" ; \" "
      "--header \" & Quote ( \"Content-Type: \" & $type ) )");
  snippet.insert_from_url("$answer", "$url", "$options");
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.comment("The last status line counts: before it there may be one of 100 Continue.");
  snippet.set_variable(
      "$status",
      "Let ( [ lines = Char ( 13 ) & Substitute ( $head ; Char ( 10 ) ; Char ( 13 ) ) ; begin = "
      "Char ( 13 ) & \"HTTP/\" ; at = Position ( lines ; begin ; 1 ; PatternCount ( lines ; begin "
      ") "
      ") ; blank = Position ( lines ; \" \" ; at ; 1 ) ] ; If ( at = 0 ; 0 ; GetAsNumber ( Middle "
      "( "
      "lines ; blank + 1 ; 3 ) ) ) )");
  snippet.set_variable(
      "$problem",
      "If ( $error = 0 and $status >= 200 and $status < 300 ; \"\" ; \"upload_failed\" )");
  snippet.set_variable("$data", "\"\"");
}

}  // namespace

std::string uploader(const Solution& solution, const std::string& script_name) {
  Snippet snippet(script_name);
  begin(
      snippet,
      solution,
      "Uploads containers to presigned URLs. Parameter: {\"jobs\":[{id, recordId, container, url, "
      "contentType}]}.");
  begin_items(snippet, "jobs");
  snippet.set_variable("$container", "JSONGetElement ( $item ; \"container\" )");
  snippet.set_variable("$url", "JSONGetElement ( $item ; \"url\" )");
  snippet.set_variable("$type", "JSONGetElement ( $item ; \"contentType\" )");
  for (const auto* name : {"$md5", "$name", "$modId", "$length"}) {
    snippet.set_variable(name, "\"\"");
  }
  snippet.set_variable("$status", "0");
  find_record(snippet, solution);
  snippet.begin_if("$problem = \"\"");
  read_container(snippet, solution);
  snippet.end_if();
  snippet.begin_if("$problem = \"\"");
  upload(snippet);
  snippet.end_if();
  snippet.set_variable(
      "$result",
      "JSONSetElement ( \"{}\" ; [ \"recordId\" ; $recordId ; JSONString ] ; [ \"id\" ; $id ; "
      "JSONString ] ; [ \"container\" ; $container ; JSONString ] ; [ \"problem\" ; $problem ; "
      "JSONString ] ; [ \"error\" ; $error ; JSONNumber ] ; [ \"status\" ; $status ; JSONNumber ] "
      "; "
      "[ \"md5\" ; $md5 ; JSONString ] ; [ \"length\" ; $length ; JSONString ] ; [ \"name\" ; "
      "$name "
      "; JSONString ] ; [ \"modId\" ; $modId ; JSONString ] )");
  end_items(snippet);
  answer(snippet);
  return snippet.xml();
}

}  // namespace fmferry::script
