// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>
#include <fmferry/filemaker/script/scripts.hpp>
#include <fmferry/filemaker/script/snippet.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <pugixml.hpp>

namespace fmferry::script {
namespace {

using testing::HasSubstr;
using testing::Not;

Solution clinic() {
  return {.layout = "API_Images",
          .table = "API_Images",
          .id_field = "id",
          .containers = {"image_Full", "image_small"},
          .mark_field = "best_image_container",
          .stamp_field = "NexusExportDate",
          .zone = {.local = false},
          .bucket = "clinic-images",
          .key_template = "filemaker-import/images-bulk-dump/{id}.{ext}",
          .global_container = "Globals::g_container"};
}

// Names that each need some kind of care.
Solution odd() {
  Solution solution = clinic();
  solution.layout = "Bilder & <Scans>";
  solution.table = "Bilder-2";
  solution.id_field = "key \"A\"";
  solution.containers = {"photo(2)", "bild]]>x"};
  return solution;
}

std::vector<std::string> scripts() {
  std::vector<std::string> names;
  for (const auto& offer : offers()) {
    if (!offer.script.empty()) names.emplace_back(offer.name);
  }
  return names;
}

std::string made(const std::string& name, const Solution& solution, bool bare = false) {
  const auto text = make(name, solution, bare);
  EXPECT_TRUE(text) << to_line(text.error());
  return text.value_or("");
}

std::string golden_path(const std::string& file) {
  return std::string(FMF_SOURCE_DIR) + "/tests/script/golden/" + file;
}

std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// What FileMaker's clipboard knows of the steps that we use: the name of each id, and its children
// in their only order. "?" marks those that may be missing. From the public description of
// fmxmlsnippet, not from our writer.
struct Shape {
  std::string name;
  std::vector<std::string> children;
};

const std::map<int, Shape>& shapes() {
  static const std::map<int, Shape> k_shapes{
      {6, {"Go to Layout", {"LayoutDestination", "Layout"}}},
      {16,
       {"Go to Record/Request/Page", {"NoInteract", "Exit?", "RowPageLocation", "Calculation?"}}},
      {22, {"Enter Find Mode", {"Pause", "Restore"}}},
      {28, {"Perform Find", {"Restore", "Query?"}}},
      {68, {"If", {"Restore", "Calculation"}}},
      {69, {"Else", {"Restore"}}},
      {70, {"End If", {}}},
      {71, {"Loop", {"Restore", "FlushType"}}},
      {72, {"Exit Loop If", {"Calculation"}}},
      {73, {"End Loop", {}}},
      {75, {"Commit Records/Requests", {"NoInteract", "Option", "ESSForceCommit"}}},
      {76, {"Set Field", {"Calculation", "Field"}}},
      {85, {"Allow User Abort", {"Set"}}},
      {86, {"Set Error Capture", {"Set"}}},
      {89, {"# (comment)", {"Text?"}}},
      {103, {"Exit Script", {"Calculation"}}},
      {132,
       {"Export Field Contents",
        {"CreateDirectories", "AutoOpen", "CreateEmail", "UniversalPathList", "Field"}}},
      {141, {"Set Variable", {"Value", "Repetition", "Name"}}},
      {160,
       {"Insert from URL",
        {"NoInteract",
         "DontEncodeURL",
         "SelectAll",
         "VerifySSLCertificates",
         "CURLOptions",
         "Calculation",
         "Text",
         "Field"}}},
  };
  return k_shapes;
}

std::vector<pugi::xml_node> steps_of(const pugi::xml_document& document) {
  const auto root = document.child("fmxmlsnippet");
  const auto script = root.child("Script");
  std::vector<pugi::xml_node> steps;
  for (const auto& step : (script ? script : root).children("Step")) steps.push_back(step);
  return steps;
}

void expect_shape(const pugi::xml_node& step) {
  const auto shape = shapes().find(step.attribute("id").as_int());
  ASSERT_NE(shape, shapes().end()) << step.attribute("name").value();
  EXPECT_EQ(step.attribute("name").value(), shape->second.name);
  EXPECT_STREQ(step.attribute("enable").value(), "True");
  auto child = step.first_child();
  for (std::string expected : shape->second.children) {
    const bool optional = expected.ends_with('?');
    if (optional) expected.pop_back();
    if (child.name() == expected) {
      child = child.next_sibling();
    } else {
      EXPECT_TRUE(optional) << shape->second.name << " lacks " << expected << " there";
    }
  }
  EXPECT_FALSE(child) << shape->second.name << " has " << child.name() << " too much";
}

class EachScript : public testing::TestWithParam<std::string> {};

TEST_P(EachScript, IsWhatItWasWhenSomebodyLastLookedAtIt) {
  const std::string text = made(GetParam(), clinic());
  const std::string path = golden_path(GetParam() + ".xml");
  if (std::getenv("FMF_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text, read_text(path))
      << "look at the difference, then write it with FMF_WRITE_GOLDEN=1";
}

TEST_P(EachScript, IsWellFormedWithEveryChildInTheOrderThatFileMakerKeeps) {
  for (const auto& solution : {clinic(), odd()}) {
    pugi::xml_document document;
    const std::string text = made(GetParam(), solution);
    const auto parsed = document.load_string(text.c_str());
    ASSERT_TRUE(parsed) << parsed.description();
    EXPECT_STREQ(document.child("fmxmlsnippet").attribute("type").value(), "FMObjectList");
    const auto steps = steps_of(document);
    EXPECT_GT(steps.size(), 20U);
    for (const auto& step : steps) expect_shape(step);
    EXPECT_THAT(text, Not(HasSubstr("\t")));
  }
}

TEST_P(EachScript, NeverAsksAndCannotBeStoppedHalfWay) {
  pugi::xml_document document;
  document.load_string(made(GetParam(), clinic()).c_str());
  std::map<int, std::string> states;
  for (const auto& step : steps_of(document)) {
    const int id = step.attribute("id").as_int();
    if (id == 85 || id == 86) states[id] = step.child("Set").attribute("state").value();
    if (id == 22) {
      EXPECT_STREQ(step.child("Pause").attribute("state").value(), "False");
    }
    if (const auto silent = step.child("NoInteract")) {
      EXPECT_STREQ(silent.attribute("state").value(), "True");
    }
    EXPECT_NE(id, 87) << "a dialog";
  }
  EXPECT_EQ(states, (std::map<int, std::string>{{85, "False"}, {86, "True"}}));
}

TEST_P(EachScript, ClosesEveryBlockThatItOpens) {
  pugi::xml_document document;
  document.load_string(made(GetParam(), clinic()).c_str());
  std::vector<int> open;
  for (const auto& step : steps_of(document)) {
    const int id = step.attribute("id").as_int();
    if (id == 68 || id == 71) open.push_back(id);
    if (id == 69) {
      ASSERT_TRUE(!open.empty() && open.back() == 68);
    }
    if (id == 72) {
      ASSERT_GT(std::ranges::count(open, 71), 0);
    }
    if (id == 70 || id == 73) {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), id == 70 ? 68 : 71);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST_P(EachScript, ComesAsBareStepsForAnOpenScript) {
  pugi::xml_document whole;
  pugi::xml_document bare;
  whole.load_string(made(GetParam(), clinic()).c_str());
  bare.load_string(made(GetParam(), clinic(), true).c_str());
  EXPECT_TRUE(whole.child("fmxmlsnippet").child("Script").attribute("name"));
  EXPECT_FALSE(bare.child("fmxmlsnippet").child("Script"));
  EXPECT_EQ(steps_of(bare).size(), steps_of(whole).size());
}

TEST_P(EachScript, HasInstructionsThatNameItAndWhatIsNotTried) {
  const auto text = instructions(GetParam(), clinic());
  ASSERT_TRUE(text);
  const auto offer = *std::ranges::find(offers(), GetParam(), &Offer::name);
  EXPECT_THAT(*text, HasSubstr(std::string(offer.script)));
  EXPECT_THAT(*text, HasSubstr("We have tried none"));
  EXPECT_THAT(*text, Not(HasSubstr("SCRIPT")));
}

INSTANTIATE_TEST_SUITE_P(Scripts, EachScript, testing::ValuesIn(scripts()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Snippet, KeepsEveryCharacterOfACalculation) {
  Snippet snippet("");
  snippet.set_variable("$x", "\"a ]]> b < & > \\\" ö\"");
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(snippet.xml().c_str()));
  std::string text;
  for (const auto& part : document.child("fmxmlsnippet")
                              .child("Step")
                              .child("Value")
                              .child("Calculation")
                              .children()) {
    text += part.value();
  }
  EXPECT_EQ(text, "\"a ]]> b < & > \\\" ö\"");
}

TEST(Snippet, WritesLayoutAndFieldNamesExactly) {
  pugi::xml_document document;
  document.load_string(made("uploader", odd()).c_str());
  std::string layout;
  std::string field;
  for (const auto& step : steps_of(document)) {
    if (step.attribute("id").as_int() == 6) layout = step.child("Layout").attribute("name").value();
    if (step.attribute("id").as_int() == 76) field = step.child("Field").attribute("name").value();
  }
  EXPECT_EQ(layout, "Bilder & <Scans>");
  EXPECT_EQ(field, "key \"A\"");
}

TEST(Calculation, PutsNamesThatItCannotReadIntoBraces) {
  EXPECT_EQ(field_reference("Images", "photo_full"), "Images::photo_full");
  EXPECT_EQ(field_reference("Images", "photo(3)"), "Images::photo[3]");
  EXPECT_EQ(field_reference("Images-2", "photo"), "${Images-2::photo}");
  EXPECT_EQ(field_reference("Images", "photo (old)"), "${Images::photo (old)}");
  EXPECT_EQ(field_text("Images-2", "photo(3)"), "Images-2::photo[3]");
}

TEST(Calculation, QuotesWhatEndsATextConstant) {
  EXPECT_EQ(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
}

TEST(Scripts, LeaveOutWhatTheSolutionDoesNotHave) {
  Solution solution = clinic();
  solution.mark_field.clear();
  EXPECT_THAT(made("mark-and-stamp", solution), Not(HasSubstr("$marks")));
  solution.stamp_field.clear();
  EXPECT_THAT(to_line(make("mark-and-stamp", solution, false).error()), HasSubstr("mark or stamp"));
}

TEST(Scripts, SayWhatIsMissing) {
  Solution solution = clinic();
  solution.global_container.clear();
  EXPECT_THAT(to_line(make("cloud-manipulator", solution, false).error()), HasSubstr("--global"));
  EXPECT_THAT(to_line(make("uplaoder", clinic(), false).error()), HasSubstr("uploader"));
  solution.id_field.clear();
  EXPECT_THAT(to_line(make("uploader", solution, false).error()), HasSubstr("[record] id"));
}

// Each of these was wrong in the script that the clinic had.
TEST(CloudManipulator, MendsEveryKnownFlaw) {
  const std::string text = made("cloud-manipulator", clinic());
  EXPECT_THAT(text, Not(HasSubstr("Continue"))) << "no such step";
  EXPECT_THAT(text, Not(HasSubstr("Right"))) << "the extension is what comes after the last dot";
  EXPECT_THAT(text, HasSubstr("Position ( $name ; \".\" ; 1 ; dots ) + 1"));
  EXPECT_THAT(text, HasSubstr("<Field table=\"Globals\" id=\"1\" name=\"g_container\"/>"));
  EXPECT_THAT(text, Not(HasSubstr("≠"))) << "finds nothing";
  EXPECT_THAT(text, HasSubstr("<![CDATA[\"*\"]]>"));
  EXPECT_THAT(text, HasSubstr("ConvertFromFileMakerPath ( $path ; PosixPath )"));
  EXPECT_THAT(text, HasSubstr("PosixPath ) ; False")) << "the upload deletes nothing";
  EXPECT_THAT(text, HasSubstr("\"MD5\""));
  EXPECT_THAT(text, HasSubstr("CurrentTimeUTCMilliseconds")) << "the zone is the configured one";
  EXPECT_THAT(text, Not(HasSubstr("Evaluate")));
  EXPECT_THAT(text, HasSubstr("Get ( RecordID ) = $recordId")) << "stamps what was exported";
}

TEST(Fields, NameEveryAttributeOfEveryContainer) {
  const std::string text = made("fields", clinic());
  EXPECT_EQ(std::ranges::count(text, '\n'), 10);
  EXPECT_THAT(
      text,
      HasSubstr("image_small_length  Number  GetContainerAttribute ( API_Images::image_small "
                "; \"fileSize\" )\n"));
}

}  // namespace
}  // namespace fmferry::script
