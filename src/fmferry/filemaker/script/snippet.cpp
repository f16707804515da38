// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/snippet.hpp>

namespace fmferry::script {
namespace {

std::string calculation_element(std::string_view calculation) {
  std::string text = "<Calculation><![CDATA[";
  // The end of a CDATA section can't stand in one: it is split in two there.
  static constexpr std::string_view k_end = "]]>";
  for (auto at = calculation.find(k_end); at != std::string_view::npos;
       at = calculation.find(k_end)) {
    text += std::string(calculation.substr(0, at + 2)) + "]]><![CDATA[";
    calculation.remove_prefix(at + 2);
  }
  return text + std::string(calculation) + "]]></Calculation>";
}

std::string state(std::string_view element, bool on, std::string_view attribute = "state") {
  return "<" + std::string(element) + " " + std::string(attribute) + "=\"" +
         (on ? "True" : "False") + "\"/>";
}

// Ids are another file's; FileMaker then goes by the name.
std::string field_element(std::string_view table, std::string_view field) {
  return "<Field table=\"" + xml_text(table) + "\" id=\"1\" name=\"" + xml_text(field) + "\"/>";
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + xml_text(text) + "</" + tag + ">";
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

void Snippet::line(int depth, std::string_view text) {
  steps_.append(static_cast<std::size_t>(depth) * 2, ' ');
  steps_ += text;
  steps_ += '\n';
}

void Snippet::open(int id, std::string_view name) {
  line(0,
       "<Step enable=\"True\" id=\"" + std::to_string(id) + "\" name=\"" + xml_text(name) + "\">");
}

void Snippet::close() {
  line(0, "</Step>");
}

void Snippet::empty_step(int id, std::string_view name) {
  line(0,
       "<Step enable=\"True\" id=\"" + std::to_string(id) + "\" name=\"" + xml_text(name) + "\"/>");
}

void Snippet::one_calculation(int id, std::string_view name, std::string_view calculation) {
  open(id, name);
  line(1, calculation_element(calculation));
  close();
}

void Snippet::conditional(int id, std::string_view name, std::string_view calculation) {
  open(id, name);
  line(1, state("Restore", false));
  line(1, calculation_element(calculation));
  close();
}

void Snippet::comment(std::string_view text) {
  open(89, "# (comment)");
  line(1, element("Text", text));
  close();
}

void Snippet::blank() {
  empty_step(89, "# (comment)");
}

void Snippet::set_error_capture(bool on) {
  open(86, "Set Error Capture");
  line(1, state("Set", on));
  close();
}

void Snippet::allow_user_abort(bool on) {
  open(85, "Allow User Abort");
  line(1, state("Set", on));
  close();
}

void Snippet::set_variable(std::string_view name, std::string_view calculation) {
  open(141, "Set Variable");
  line(1, "<Value>");
  line(2, calculation_element(calculation));
  line(1, "</Value>");
  line(1, "<Repetition>");
  line(2, calculation_element("1"));
  line(1, "</Repetition>");
  line(1, element("Name", name));
  close();
}

void Snippet::begin_if(std::string_view calculation) {
  conditional(68, "If", calculation);
}

void Snippet::otherwise() {
  open(69, "Else");
  line(1, state("Restore", false));
  close();
}

void Snippet::end_if() {
  empty_step(70, "End If");
}

void Snippet::loop() {
  open(71, "Loop");
  line(1, state("Restore", false));
  line(1, "<FlushType value=\"Always\"/>");
  close();
}

void Snippet::exit_loop_if(std::string_view calculation) {
  one_calculation(72, "Exit Loop If", calculation);
}

void Snippet::end_loop() {
  empty_step(73, "End Loop");
}

void Snippet::go_to_layout(std::string_view layout) {
  open(6, "Go to Layout");
  line(1, "<LayoutDestination value=\"SelectedLayout\"/>");
  line(1, "<Layout id=\"1\" name=\"" + xml_text(layout) + "\"/>");
  close();
}

void Snippet::go_to_record(Go where) {
  open(16, "Go to Record/Request/Page");
  line(1, state("NoInteract", true));
  if (where == Go::first) {
    line(1, "<RowPageLocation value=\"First\"/>");
  } else {
    line(1, state("Exit", true));
    line(1, "<RowPageLocation value=\"Next\"/>");
  }
  close();
}

void Snippet::enter_find_mode() {
  open(22, "Enter Find Mode");
  line(1, state("Pause", false));
  line(1, state("Restore", false));
  close();
}

void Snippet::perform_find() {
  open(28, "Perform Find");
  line(1, state("Restore", false));
  close();
}

void Snippet::set_field(std::string_view table,
                        std::string_view field,
                        std::string_view calculation) {
  open(76, "Set Field");
  line(1, calculation_element(calculation));
  line(1, field_element(table, field));
  close();
}

void Snippet::commit() {
  open(75, "Commit Records/Requests");
  line(1, state("NoInteract", true));
  line(1, state("Option", true));
  line(1, state("ESSForceCommit", false));
  close();
}

void Snippet::export_field_contents(std::string_view table,
                                    std::string_view field,
                                    std::string_view path_variable) {
  open(132, "Export Field Contents");
  line(1, state("CreateDirectories", false));
  line(1, state("AutoOpen", false));
  line(1, state("CreateEmail", false));
  line(1, element("UniversalPathList", path_variable));
  line(1, field_element(table, field));
  close();
}

void Snippet::insert_from_url(std::string_view variable,
                              std::string_view url_calculation,
                              std::string_view curl_options_calculation) {
  open(160, "Insert from URL");
  line(1, state("NoInteract", true));
  line(1, state("DontEncodeURL", true));
  line(1, state("SelectAll", true));
  line(1, state("VerifySSLCertificates", true));
  line(1, "<CURLOptions>");
  line(2, calculation_element(curl_options_calculation));
  line(1, "</CURLOptions>");
  line(1, calculation_element(url_calculation));
  line(1, "<Text/>");
  line(1, element("Field", variable));
  close();
}

void Snippet::exit_script(std::string_view calculation) {
  one_calculation(103, "Exit Script", calculation);
}

std::string Snippet::xml() const {
  const bool bare = script_name_.empty();
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<fmxmlsnippet type=\"FMObjectList\">\n";
  if (!bare) {
    text += "  <Script includeInMenu=\"True\" runFullAccess=\"False\" id=\"1\" name=\"" +
            xml_text(script_name_) + "\">\n";
  }
  const std::string indent(bare ? 2 : 4, ' ');
  for (std::size_t at = 0; at < steps_.size();) {
    const auto end = steps_.find('\n', at) + 1;
    text += indent + steps_.substr(at, end - at);
    at = end;
  }
  if (!bare) text += "  </Script>\n";
  return text + "</fmxmlsnippet>\n";
}

}  // namespace fmferry::script
