// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/find_record.hpp>
#include <fmferry/filemaker/script/scripts.hpp>

namespace fmferry::script {
namespace {

// The key template as a calculation over $id, $recordId, $container and $ext.
std::string key_calculation(std::string_view text) {
  std::string calculation = "\"\"";
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) calculation += " & " + quoted(literal);
    literal.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto rest = text.substr(at);
    const auto close = rest.find('}');
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      literal += text[at++];
    } else if (text[at] != '{' || close == std::string_view::npos) {
      literal += text[at];
    } else {
      flush();
      calculation += " & GetAsURLEncoded ( $" + std::string(rest.substr(1, close - 1)) + " )";
      at += close;
    }
  }
  flush();
  return calculation;
}

// What comes after the last dot, spelt as fmferry spells it; "bin" for a name without one.
constexpr std::string_view k_extension =
    "Let ( [ dots = PatternCount ( $name ; \".\" ) ; after = If ( dots = 0 ; \"\" ; Lower ( Middle "
    "( "
    "$name ; Position ( $name ; \".\" ; 1 ; dots ) + 1 ; Length ( $name ) ) ) ) ] ; Case ( after = "
    "\"\" ; \"bin\" ; after = \"jpeg\" ; \"jpg\" ; after = \"tiff\" ; \"tif\" ; after ) )";

std::string now_on(const WallZone& zone) {
  if (zone.local) return "Get ( CurrentTimestamp )";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(zone.offset).count();
  return "GetAsTimestamp ( Floor ( Get ( CurrentTimeUTCMilliseconds ) / 1000 ) + " +
         std::to_string(seconds) + " )";
}

void find_work(Snippet& snippet, const Solution& solution) {
  snippet.enter_find_mode();
  snippet.set_field(solution.table, solution.mark_field, "\"*\"");
  snippet.set_field(solution.table, solution.stamp_field, "\"=\"");
  snippet.perform_find();
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.begin_if("$error <> 0");
  snippet.exit_script("If ( $error = 401 ; \"nothing to do\" ; \"error \" & $error )");
  snippet.end_if();
  snippet.go_to_record(Snippet::Go::first);
}

void export_one(Snippet& snippet, const Solution& solution) {
  const auto at = solution.global_container.find("::");
  const std::string table = solution.global_container.substr(0, at);
  const std::string field = solution.global_container.substr(at + 2);
  snippet.set_variable("$recordId", "Get ( RecordID )");
  snippet.set_variable("$id", field_reference(solution.table, solution.id_field));
  snippet.set_variable("$container", field_reference(solution.table, solution.mark_field));
  snippet.set_variable("$field", quoted(solution.table + "::") + " & $container");
  snippet.set_variable("$problem", "\"\"");
  snippet.set_field(table, field, "GetField ( $field )");
  snippet.set_variable("$error", "Get ( LastError )");
  const std::string global = field_reference(table, field);
  snippet.begin_if("$error <> 0 or $id = \"\" or IsEmpty ( " + global + " )");
  snippet.set_variable("$problem", "\"nothing to export\"");
  snippet.otherwise();
  snippet.set_variable("$name", "GetContainerAttribute ( " + global + " ; \"filename\" )");
  snippet.set_variable("$md5", "GetContainerAttribute ( " + global + " ; \"MD5\" )");
  snippet.set_variable("$length", "GetContainerAttribute ( " + global + " ; \"fileSize\" )");
  snippet.set_variable("$ext", k_extension);
  snippet.set_variable("$key", key_calculation(solution.key_template));
  snippet.set_variable("$path", "Get ( TemporaryPath ) & \"fmferry-\" & $recordId & \".\" & $ext");
  snippet.export_field_contents(table, field, "$path");
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.begin_if("$error <> 0");
  snippet.set_variable("$problem", "\"export failed\"");
  snippet.end_if();
  snippet.end_if();
}

void post_one(Snippet& snippet, const Solution& solution) {
  snippet.begin_if("$problem = \"\"");
  snippet.comment("The file stays until FileMaker quits: the upload must not delete it.");
  snippet.set_variable("$answer",
                       "PCCM_PostObject ( " + quoted(solution.bucket) +
                           " ; $key ; ConvertFromFileMakerPath ( $path ; PosixPath ) ; False )");
  snippet.begin_if("IsEmpty ( $answer ) or PatternCount ( $answer ; \"!!ERROR!!\" ) > 0");
  snippet.set_variable("$problem", "\"upload failed\"");
  snippet.end_if();
  snippet.end_if();
}

// Only the record that was exported, and only if it is still the same one.
void stamp_one(Snippet& snippet, const Solution& solution) {
  snippet.begin_if("$problem = \"\" and Get ( RecordID ) = $recordId");
  snippet.set_field(solution.table, solution.stamp_field, now_on(solution.zone));
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.begin_if("$error = 0");
  snippet.commit();
  snippet.set_variable("$error", "Get ( LastError )");
  snippet.end_if();
  snippet.begin_if("$error <> 0");
  snippet.set_variable("$problem", "\"stamp refused\"");
  snippet.end_if();
  snippet.end_if();
  snippet.begin_if("$problem = \"\"");
  snippet.set_variable("$done", "$done + 1");
  snippet.set_variable("$log",
                       "$log & $recordId & Char ( 9 ) & $key & Char ( 9 ) & $md5 & Char ( 9 ) & "
                       "$length & Char ( 13 )");
  snippet.otherwise();
  snippet.set_variable("$failed", "$failed + 1");
  snippet.set_variable(
      "$log", "$log & $recordId & Char ( 9 ) & $problem & Char ( 9 ) & $error & Char ( 13 )");
  snippet.end_if();
}

}  // namespace

std::string cloud_manipulator(const Solution& solution, const std::string& script_name) {
  Snippet snippet(script_name);
  begin(snippet,
        solution,
        "Exports marked records with Cloud Manipulator. A stamp is no proof: run fmferry verify.");
  snippet.comment("Secrets are not kept in a script: set these two in the Data Viewer first.");
  snippet.begin_if("IsEmpty ( $$accessKey ) or IsEmpty ( $$secretKey )");
  snippet.exit_script("\"set $$accessKey and $$secretKey first\"");
  snippet.end_if();
  snippet.set_variable("$answer",
                       "PCCM_UseCredentials ( \"S3\" ; $$accessKey ; $$secretKey ; \"\" )");
  snippet.begin_if("PatternCount ( $answer ; \"!!ERROR!!\" ) > 0");
  snippet.exit_script("\"the plug-in refuses the credentials\"");
  snippet.end_if();
  find_work(snippet, solution);
  snippet.set_variable("$done", "0");
  snippet.set_variable("$failed", "0");
  snippet.set_variable("$log", "\"\"");
  snippet.loop();
  export_one(snippet, solution);
  post_one(snippet, solution);
  stamp_one(snippet, solution);
  snippet.comment("The one way to the next record: nothing skips what stands above.");
  snippet.go_to_record(Snippet::Go::next_exit_after_last);
  snippet.end_loop();
  snippet.exit_script("\"done \" & $done & \", failed \" & $failed & Char ( 13 ) & $log");
  return snippet.xml();
}

}  // namespace fmferry::script
