// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/inside/script_uploader.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <optional>

namespace fmferry::inside {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

const std::string k_md5 = "0cc175b9c0f1b6a831c399e269772661";

// A solution whose script answers what the test says.
class OneAnswer final : public ScriptDoor {
 public:
  Result<std::string> run_script(const std::string& name,
                                 const std::string& parameter,
                                 const CallContext&) override {
    script = name;
    asked = parameter;
    if (error) return fail(*error);
    return answer;
  }

  std::string script;
  std::string asked;
  std::string answer;
  std::optional<Error> error;
};

std::string part(const std::string& record_id, const std::string& more) {
  return R"({"recordId":")" + record_id + R"(","id":"A","container":"photo")" + more + "}";
}

std::string sent(const std::string& record_id) {
  return part(record_id,
              R"(,"problem":"","error":0,"status":200,"md5":")" + k_md5 +
                  R"(","length":"1","name":"a.jpg","modId":"4")");
}

class ScriptUploads : public testing::Test {
 protected:
  Result<std::vector<UploadResult>> upload(const std::vector<std::string>& parts) {
    std::string list;
    for (const auto& each : parts) list += (list.empty() ? "" : ",") + each;
    door_.answer = R"({"version":1,"results":[)" + list + "]}";
    return uploader_.upload(jobs_, {});
  }

  Result<std::vector<UploadResult>> upload_answered(std::string answer) {
    door_.answer = std::move(answer);
    return uploader_.upload(jobs_, {});
  }

  OneAnswer door_;
  ScriptUploader uploader_{door_, "the uploader"};
  std::vector<UploadJob> jobs_{
      {.record_id = 7, .id = "A", .container = "photo", .url = "https://store.example.test/x"},
      {.record_id = 8, .id = "B", .container = "photo", .url = "https://store.example.test/y"}};
};

TEST_F(ScriptUploads, HandsOverEachJobAndReadsEachAnswer) {
  const auto results = upload({sent("7"), sent("8")});
  ASSERT_TRUE(results);
  EXPECT_EQ(door_.script, "the uploader");
  const auto jobs = json::parse(door_.asked).at("jobs").as_array();
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].at("recordId").as_string(), "8");
  EXPECT_EQ(jobs[1].at("url").as_string(), "https://store.example.test/y");
  for (const auto& result : *results) {
    EXPECT_EQ(result.problem, UploadProblem::none);
    EXPECT_EQ(to_hex(result.md5), k_md5);
    EXPECT_EQ(result.length, 1);
    EXPECT_EQ(result.mod_id, 4);
    EXPECT_EQ(result.file_name, "a.jpg");
  }
}

TEST_F(ScriptUploads, WhatIsSaidInAnotherOrderFindsItsRecord) {
  const auto results = upload({part("8", R"(,"problem":"empty")"), sent("7")});
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0).problem, UploadProblem::none);
  EXPECT_EQ(results->at(1).problem, UploadProblem::no_file);
}

TEST_F(ScriptUploads, ARecordThatIsNotSpokenOfHasFailedAndTheOthersHaveNot) {
  const auto results = upload({sent("8"), sent("9"), "17", "{}"});
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0).problem, UploadProblem::failed);
  EXPECT_THAT(results->at(0).what, HasSubstr("said nothing"));
  EXPECT_EQ(results->at(1).problem, UploadProblem::none);
}

TEST_F(ScriptUploads, ProblemsAreTold) {
  const auto of = [&](const std::string& word, const std::string& status) {
    const auto results =
        upload({part("7", R"(,"problem":")" + word + R"(","error":1631,"status":)" + status)});
    return results ? results->at(0).problem : UploadProblem::none;
  };
  EXPECT_EQ(of("not_found", "0"), UploadProblem::record_not_found);
  EXPECT_EQ(of("no_file", "0"), UploadProblem::no_file);
  EXPECT_EQ(of("upload_failed", "403"), UploadProblem::refused);
  EXPECT_EQ(of("upload_failed", "0"), UploadProblem::failed);
  EXPECT_EQ(of("find_failed", "0"), UploadProblem::failed);
  EXPECT_EQ(of("something new", "200"), UploadProblem::failed);
}

TEST_F(ScriptUploads, AnAnswerWithoutProofProvesNothing) {
  for (const std::string more :
       {R"(,"problem":"","status":200,"md5":"","modId":"4")",
        R"(,"problem":"","status":200,"length":"1","md5":"x","modId":"4")",
        R"(,"problem":"","status":200,"length":"1","md5":"00","modId":"4")",
        R"(,"problem":"","status":200,"length":"1")",
        R"(,"problem":"","status":200,"length":"?","modId":"4")"}) {
    const auto results = upload({part("7", more), sent("8")});
    ASSERT_TRUE(results);
    EXPECT_EQ(results->at(0).problem, UploadProblem::failed) << more;
    EXPECT_EQ(results->at(1).problem, UploadProblem::none);
  }
}

TEST_F(ScriptUploads, ARecordThatWasNeverChangedHasModificationZero) {
  const auto results = upload(
      {part("7", R"(,"problem":"","status":200,"length":"1","md5":"","modId":"0")"), sent("8")});
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0).problem, UploadProblem::none);
  EXPECT_EQ(results->at(0).mod_id, 0);
}

TEST_F(ScriptUploads, WhatIsNoAnswerOfOursIsCorrupt) {
  for (const std::string answer :
       {"", "?", "done", "[]", "{}", "{\"results\":7}", "<html>", "\xFF\xFE\0"}) {
    const auto results = upload_answered(answer);
    ASSERT_FALSE(results) << answer;
    EXPECT_EQ(results.error().kind, ErrorKind::corrupt) << answer;
    EXPECT_THAT(results.error().what, HasSubstr("the uploader"));
  }
}

TEST_F(ScriptUploads, AScriptThatIsNotThereIsSaidWithWhatToDo) {
  door_.error = Error{.kind = ErrorKind::invalid, .what = "104", .origin_code = 104};
  const auto results = uploader_.upload(jobs_, {});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().kind, ErrorKind::invalid);
  EXPECT_THAT(results.error().what, HasSubstr("fmferry script uploader --how"));
}

TEST_F(ScriptUploads, AnOldScriptThatDoesNotKnowAContainerIsSaid) {
  const auto results = upload({part("7", R"(,"problem":"unknown_container")"), sent("8")});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().kind, ErrorKind::invalid);
  EXPECT_THAT(results.error().what, HasSubstr("make it anew"));
}

}  // namespace
}  // namespace fmferry::inside
