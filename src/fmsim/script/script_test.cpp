// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/script/machine.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

namespace fmsim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::json;

// ---- calculations

class NoRecord : public Scope {
 public:
  Value variable(const std::string& name) override {
    return Value::of(std::string(name == "$x" ? "ab.cd.JPEG" : ""));
  }

  Value field(const std::string& name) override { return Value::of("<" + name + ">"); }

  Value get(const std::string& name) override { return Value::of("get " + name); }
};

std::string value_of(const std::string& calculation) {
  NoRecord scope;
  return Calculation::read(calculation).value(scope).shown();
}

struct Known {
  const char* calculation;
  const char* value;
};

class KnownValue : public testing::TestWithParam<Known> {};

TEST_P(KnownValue, IsWhatFileMakerSays) {
  EXPECT_EQ(value_of(GetParam().calculation), GetParam().value) << GetParam().calculation;
}

INSTANTIATE_TEST_SUITE_P(
    Calculations,
    KnownValue,
    testing::Values(
        Known{"1 + 2 * 3", "7"},
        Known{"( 1 + 2 ) * 3 & \"a\"", "9a"},
        Known{"-2 + 10 / 4", "0.5"},
        Known{"\"a\\\"b\\\\c\"", "a\"b\\c"},
        Known{"\"Abc\" = \"aBC\"", "1"},
        Known{"Exact ( \"Abc\" ; \"aBC\" )", "0"},
        Known{"\"12\" = 12", "1"},
        Known{"\"\" = 0", "0"},
        Known{"not 0 and ( 1 or 0 )", "1"},
        Known{"If ( 0 ; \"a\" )", ""},
        Known{"Case ( 0 ; 1 ; 1 ; 2 ; 3 )", "2"},
        Known{"Case ( 0 ; 1 ; 3 )", "3"},
        Known{"Let ( [ a = 2 ; b = a + 1 ] ; b * a )", "6"},
        Known{"Let ( a = 2 ; a )", "2"},
        Known{"Middle ( $x ; 4 ; 2 )", "cd"},
        Known{"Middle ( $x ; 0 ; 2 )", ""},
        Known{"Position ( $x ; \".\" ; 1 ; 2 )", "6"},
        Known{"Position ( $x ; \".\" ; 4 ; 1 )", "6"},
        Known{"Position ( $x ; \"/\" ; 1 ; 1 )", "0"},
        Known{"PatternCount ( $x ; \".\" )", "2"},
        Known{"Lower ( $x )", "ab.cd.jpeg"},
        Known{"Substitute ( $x ; \".\" ; \"-\" )", "ab-cd-JPEG"},
        Known{"Substitute ( $x ; [ \".\" ; \"-\" ] ; [ \"-\" ; \"+\" ] )", "ab+cd+JPEG"},
        Known{"GetAsNumber ( \"200 OK\" )", "200"},
        Known{"Quote ( \"a\\\"b\" )", "\"a\\\"b\""},
        Known{"ValueCount ( \"a\" & Char ( 13 ) & \"b\" )", "2"},
        Known{"ValueCount ( \"\" )", "0"},
        Known{"JSONGetElement ( \"{\\\"a\\\":[{\\\"b\\\":7}]}\" ; \"a[0].b\" )", "7"},
        Known{"JSONGetElement ( \"{\\\"a\\\":[1]}\" ; \"a\" )", "[1]"},
        Known{"JSONGetElement ( \"{}\" ; \"a\" )", ""},
        Known{"JSONGetElement ( \"no json\" ; \"a\" )", "?"},
        Known{"ValueCount ( JSONListKeys ( \"[5,6,7]\" ; \"\" ) )", "3"},
        Known{"JSONSetElement ( \"[]\" ; \"[1]\" ; 3 ; JSONNumber )", "[null,3]"},
        Known{"JSONSetElement ( \"{}\" ; [ \"b\" ; \"01\" ; JSONString ] ; [ \"a\" ; \"01\" ; "
              "JSONNumber ] )",
              "{\"a\":1,\"b\":\"01\"}"},
        Known{"Timestamp ( Date ( 3 ; 11 ; 2025 ) ; Time ( 9 ; 5 ; 7 ) )", "03/11/2025 09:05:07"},
        Known{"GetField ( \"T::f\" ) & ${T-2::odd name} & T::f", "<T::f><T-2::odd name><T::f>"},
        Known{"Get ( ScriptParameter )", "get scriptparameter"}),
    [](const testing::TestParamInfo<Known>& each) { return "n" + std::to_string(each.index); });

std::string refusal_of(const std::string& calculation) {
  try {
    static_cast<void>(Calculation::read(calculation));
  } catch (const ScriptProblem& problem) {
    return problem.what();
  }
  return "read";
}

TEST(Calculation, NamesWhatItDoesNotKnowWhenItIsRead) {
  EXPECT_THAT(refusal_of("If ( 0 ; Sha512 ( 1 ) )"), HasSubstr("unknown function: Sha512"));
  EXPECT_THAT(refusal_of("1 + somewhere"), HasSubstr("unknown name somewhere"));
  EXPECT_THAT(refusal_of("Middle ( 1 ; 2 )"), HasSubstr("number of parameters: Middle"));
  EXPECT_THAT(refusal_of("1 +"), HasSubstr("value is missing"));
  EXPECT_THAT(refusal_of("( 1"), HasSubstr("expected )"));
  EXPECT_THAT(refusal_of("\"abc"), HasSubstr("without its end"));
}

// ---- clipboard XML

std::string snippet(const std::string& steps) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><fmxmlsnippet type=\"FMObjectList\">" + steps +
         "</fmxmlsnippet>";
}

std::string step(int id, const std::string& name, const std::string& children) {
  return "<Step enable=\"True\" id=\"" + std::to_string(id) + "\" name=\"" + name + "\">" +
         children + "</Step>";
}

std::string exit_with(const std::string& calculation) {
  return step(103, "Exit Script", "<Calculation><![CDATA[" + calculation + "]]></Calculation>");
}

std::string problem_of(const std::string& xml) {
  try {
    static_cast<void>(read_program(xml));
  } catch (const ScriptProblem& problem) {
    return problem.what();
  }
  return "read";
}

TEST(Program, IsRefusedWhereFileMakerWouldLoseAPartInSilence) {
  const std::string value = "<Value><Calculation><![CDATA[1]]></Calculation></Value>";
  const std::string repetition =
      "<Repetition><Calculation><![CDATA[1]]></Calculation></Repetition>";
  const std::string name = "<Name>$a</Name>";
  EXPECT_EQ(problem_of(snippet(step(141, "Set Variable", value + repetition + name))), "read");
  EXPECT_THAT(problem_of(snippet(step(141, "Set Variable", name + value + repetition))),
              HasSubstr("Set Variable: no Value where"));
  EXPECT_THAT(problem_of(snippet(exit_with("1") + step(70, "End If", "<Restore/>"))),
              HasSubstr("End If: FileMaker would lose Restore"));
}

TEST(Program, NamesAStepThatIsNotSimulated) {
  EXPECT_THAT(problem_of(snippet(step(87, "Show Custom Dialog", ""))),
              HasSubstr("step 87 (Show Custom Dialog)"));
  EXPECT_THAT(problem_of(snippet(step(103, "Halt Script", ""))), HasSubstr("called otherwise"));
}

TEST(Program, IsRefusedWhenItsBlocksDoNotClose) {
  EXPECT_THAT(problem_of(snippet(step(70, "End If", ""))), HasSubstr("End If without If"));
  EXPECT_THAT(
      problem_of(snippet(step(68, "If", "<Restore/><Calculation><![CDATA[1]]></Calculation>"))),
      HasSubstr("If without its end"));
}

TEST(Program, IsRefusedWhenItIsNoXml) {
  EXPECT_THAT(problem_of(snippet("<Step>")), HasSubstr("XML line 1"));
  EXPECT_THAT(problem_of("<fmxmlsnippet type=\"FMObjectList\">a & b</fmxmlsnippet>"),
              HasSubstr("unknown entity"));
  EXPECT_THAT(problem_of("<!DOCTYPE x []><fmxmlsnippet/>"), HasSubstr("XML"));
}

// ---- whole scripts, as fmferry writes them

std::string golden(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(FMF_SOURCE_DIR) + "/tests/script/golden/" + name + ".xml")
              .rdbuf();
  return text.str();
}

// Takes what is put to it.
class Store {
 public:
  Store() {
    server_.Put(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const std::scoped_lock lock(mutex_);
      bodies[request.target] = request.body;
      types[request.target] = request.get_header_value("Content-Type");
      response.status = status;
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A stop() that comes before the server runs is not heard, and the join never ends.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  ~Store() {
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  std::map<std::string, std::string> bodies;
  std::map<std::string, std::string> types;
  int status{200};

 private:
  httplib::Server server_;
  std::mutex mutex_;
  int port_{0};
  std::thread thread_;
};

class WholeScript : public testing::Test {
 protected:
  WholeScript()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("fmsim-script-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    journal_ = std::make_unique<Journal>(folder_.string(), "{}", true);
    records_ = std::make_unique<Records>(clinic_, *journal_);
    for (const auto* name : {"uploader", "mark-and-stamp"}) {
      programs_[name] = read_program(golden(name));
    }
  }

  ~WholeScript() override { std::filesystem::remove_all(folder_); }

  Json run(const std::string& name, const Json& parameter) {
    const ScriptPlace place{*records_};
    return Json::parse(ScriptMachine(place, parameter.dump()).run(programs_.at(name)))["results"];
  }

  Json upload(const std::vector<Json>& jobs) { return run("uploader", {{"jobs", jobs}}); }

  Json write(const std::vector<Json>& items) { return run("mark-and-stamp", {{"records", items}}); }

  // The first record whose first container holds a picture and whose id is its own.
  std::uint64_t good() const {
    for (std::uint64_t slot = 0;; ++slot) {
      if (clinic_.kind(slot) != Kind::duplicate_id && clinic_.containers(slot)[0].complete() &&
          !clinic_.id(slot).empty()) {
        return slot;
      }
    }
  }

  Json job(std::uint64_t slot, const std::string& url) const {
    return {{"id", clinic_.id(slot)},
            {"recordId", std::to_string(clinic_.record_id(slot))},
            {"container", "image_Full"},
            {"url", url}};
  }

  std::filesystem::path folder_;
  Pool pool_ = Pool::made();
  Clinic clinic_{1, 200, pool_};
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Records> records_;
  std::map<std::string, Program> programs_;
  Store store_;
};

TEST_F(WholeScript, TheUploaderSendsABodyBitForBitAndTellsItsMd5AndLength) {
  const auto slot = good();
  const auto picture = clinic_.picture(slot, 0);
  Json one = job(slot, store_.url("/a%20b/1?X-Amz-Signature=a%2Fb"));
  one["contentType"] = "image/jpeg";
  const Json results = upload({one});
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0]["problem"], "") << results.dump();
  EXPECT_EQ(results[0]["status"], 200);
  EXPECT_EQ(results[0]["md5"], picture.md5());
  EXPECT_EQ(results[0]["length"], std::to_string(picture.size()));
  EXPECT_EQ(results[0]["modId"], std::to_string(clinic_.mod_id(slot)));
  EXPECT_EQ(results[0]["recordId"], std::to_string(clinic_.record_id(slot)));
  EXPECT_EQ(store_.bodies.at("/a%20b/1?X-Amz-Signature=a%2Fb"), picture.copy());
  EXPECT_EQ(store_.types.at("/a%20b/1?X-Amz-Signature=a%2Fb"), "image/jpeg");
}

TEST_F(WholeScript, TheUploaderSaysOfEachJobWhatWentWrongAndGoesOn) {
  const auto slot = good();
  Json unknown = job(slot, store_.url("/1"));
  unknown["id"] = "no such id";
  Json other_record = job(slot, store_.url("/2"));
  other_record["recordId"] = "999999";
  Json other_field = job(slot, store_.url("/3"));
  other_field["container"] = "image_huge";
  const Json results = upload({unknown,
                               other_record,
                               other_field,
                               job(slot, "http://127.0.0.1:1/x"),
                               job(slot, store_.url("/4"))});
  std::vector<std::string> problems;
  for (const auto& each : results) problems.push_back(each["problem"]);
  EXPECT_THAT(problems,
              ElementsAre("not_found", "not_found", "unknown_container", "upload_failed", ""));
  EXPECT_EQ(store_.bodies.size(), 1U);
}

TEST_F(WholeScript, TheUploaderTellsTheStatusOfARefusal) {
  store_.status = 403;
  const Json results = upload({job(good(), store_.url("/1"))});
  EXPECT_EQ(results[0]["problem"], "upload_failed");
  EXPECT_EQ(results[0]["status"], 403);
}

TEST_F(WholeScript, TheUploaderFindsAnIdThatIsFullOfOperators) {
  const std::string id = "a*b@#?!=<>\"~\\c";
  records_->edit(TableId::images, clinic_.record_id(good()), {{image_field::id, id}}, {});
  Json one = job(good(), store_.url("/1"));
  one["id"] = id;
  EXPECT_EQ(upload({one})[0]["problem"], "");
}

TEST_F(WholeScript, TheUploaderIsNotContentWithAnIdThatDiffersInCase) {
  Json one = job(good(), store_.url("/1"));
  std::string id = one["id"];
  for (char& c : id) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  ASSERT_NE(id, one["id"]);
  one["id"] = id;
  EXPECT_EQ(upload({one})[0]["problem"], "not_found");
}

TEST_F(WholeScript, NothingIsEverSentToAnotherMachine) {
  EXPECT_THROW(upload({job(good(), "https://bucket.example.test/x")}), ScriptProblem);
}

TEST_F(WholeScript, MarksAndStampsAreWrittenOnceAndGuarded) {
  const auto slot = good();
  const auto record_id = clinic_.record_id(slot);
  const auto mod_id = clinic_.mod_id(slot);
  const Json item = {{"id", clinic_.id(slot)},
                     {"recordId", std::to_string(record_id)},
                     {"modId", mod_id},
                     {"mark", "image_Full"},
                     {"stamp", "11/25/2026 18:05:09"}};
  EXPECT_EQ(write({item})[0]["outcome"], "written");
  EXPECT_EQ(records_->value(TableId::images, slot, image_field::best), "image_Full");
  EXPECT_EQ(records_->value(TableId::images, slot, image_field::exported), "2026-11-25 18:05:09");
  EXPECT_EQ(records_->mod_id(TableId::images, slot), mod_id + 1);

  const Json again = write({item});
  EXPECT_EQ(again[0]["outcome"], "already") << "the answer was lost, so it was sent again";
  EXPECT_EQ(again[0]["modId"], std::to_string(mod_id + 1));
  EXPECT_EQ(records_->mod_id(TableId::images, slot), mod_id + 1);

  Json stale = item;
  stale["mark"] = "image_small";
  EXPECT_EQ(write({stale})[0]["outcome"], "changed");
  EXPECT_EQ(records_->value(TableId::images, slot, image_field::best), "image_Full");
}

TEST_F(WholeScript, AMarkMayBeGuardedByWhatItSaysNow) {
  const auto slot = good();
  const Json item = {{"id", clinic_.id(slot)}, {"was", "image_large"}, {"mark", "image_Full"}};
  EXPECT_EQ(write({item})[0]["outcome"], "changed");
  Json right = item;
  right["was"] = records_->value(TableId::images, slot, image_field::best);
  EXPECT_EQ(write({right})[0]["outcome"], "written");
  Json cleared = {{"id", clinic_.id(slot)}, {"was", "image_Full"}, {"mark", ""}};
  EXPECT_EQ(write({cleared})[0]["outcome"], "written");
  EXPECT_EQ(records_->value(TableId::images, slot, image_field::best), "");
}

TEST_F(WholeScript, ALockedRecordIsLeftAloneAndTold) {
  const auto slot = good();
  records_->lock(clinic_.record_id(slot), true);
  const Json results = write(
      {{{"id", clinic_.id(slot)}, {"mark", "image_Full"}}, {{"id", "nobody"}, {"mark", "x"}}});
  EXPECT_EQ(results[0]["outcome"], "locked");
  EXPECT_EQ(results[0]["error"], 301);
  EXPECT_EQ(results[1]["outcome"], "not_found");
  EXPECT_EQ(records_->mod_id(TableId::images, slot), clinic_.mod_id(slot));
}

TEST_F(WholeScript, ARecordAmongTwoOfOneIdIsFoundByItsNumber) {
  std::uint64_t twin = 0;
  while (clinic_.kind(twin) != Kind::duplicate_id) ++twin;
  const auto first = clinic_.original_of(twin);
  for (const auto slot : {twin, first}) {
    const Json item = {{"id", clinic_.id(slot)},
                       {"recordId", std::to_string(clinic_.record_id(slot))},
                       {"mark", "image_Full"}};
    EXPECT_EQ(write({item})[0]["outcome"], "written");
    EXPECT_EQ(records_->mod_id(TableId::images, slot), clinic_.mod_id(slot) + 1);
  }
}

TEST_F(WholeScript, AScriptForAPlugInNamesTheFunctionThatIsMissing) {
  try {
    static_cast<void>(read_program(golden("cloud-manipulator")));
    FAIL();
  } catch (const ScriptProblem& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("PCCM_UseCredentials"));
  }
}

}  // namespace
}  // namespace fmsim
