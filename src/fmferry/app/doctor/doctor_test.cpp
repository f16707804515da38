// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/clocks.hpp>
#include <fmferry/app/doctor/fields.hpp>
#include <fmferry/app/doctor/report.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmferry::doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// --- checks

Check check(std::string name,
            std::vector<std::string> needs,
            Finding finding,
            Weight weight = Weight::needed) {
  return {.name = std::move(name),
          .needs = std::move(needs),
          .weight = weight,
          .run = [finding = std::move(finding)](const CallContext&) { return finding; }};
}

Finding broken(ErrorKind kind, const std::string& what = "it broke") {
  return fails({.kind = kind, .what = what}, "mend it");
}

std::vector<Row> run(const std::vector<Check>& checks, const CallContext& context = {}) {
  return run_checks(checks, {}, context);
}

std::vector<std::string> outcomes(const std::vector<Row>& rows) {
  std::vector<std::string> words;
  for (const auto& row : rows) {
    words.push_back(row.name + " " + std::string(name_of(row.finding.outcome)));
  }
  return words;
}

TEST(Checks, AFailureSkipsWhatNeedsItAndNothingElse) {
  const auto rows = run({check("name", {}, broken(ErrorKind::unavailable)),
                         check("login", {"name"}, works("in")),
                         check("fields", {"login"}, works("all")),
                         check("store", {}, works("writable"))});
  EXPECT_THAT(outcomes(rows),
              ElementsAre("name fails", "login skipped", "fields skipped", "store works"));
  EXPECT_EQ(rows[1].finding.found, "needs: name");
  EXPECT_EQ(rows[2].finding.found, "needs: login");
}

TEST(Checks, AWarningIsGoodEnoughForWhatNeedsIt) {
  const auto rows = run({check("a", {}, warns("slow", "wait")), check("b", {"a"}, works("fine"))});
  EXPECT_THAT(outcomes(rows), ElementsAre("a warning", "b works"));
  EXPECT_EQ(exit_code_of(rows), ExitCode::success);
}

TEST(Checks, AFailureWeighsAsMuchAsTheJobNeedsIt) {
  const auto rows =
      run({check("helps", {}, broken(ErrorKind::denied), Weight::helps),
           check("behind it", {"helps"}, works("fine"), Weight::helps),
           check("not asked", {}, broken(ErrorKind::denied, "off"), Weight::not_asked),
           check("left out", {"not asked"}, works("fine"), Weight::not_asked)});
  EXPECT_THAT(outcomes(rows),
              ElementsAre("helps warning", "behind it skipped", "not asked skipped"));
  EXPECT_EQ(rows[2].finding.found, "not asked for: off");
  EXPECT_THAT(rows[2].finding.to_do, IsEmpty());
  EXPECT_EQ(exit_code_of(rows), ExitCode::success);
}

TEST(Checks, TheFirstFailureGivesTheExitCode) {
  EXPECT_EQ(exit_code_of(run({check("store", {}, works("fine"))})), ExitCode::success);
  EXPECT_EQ(exit_code_of(run({check("a", {}, warns("", "")),
                              check("b", {}, broken(ErrorKind::unavailable)),
                              check("c", {}, broken(ErrorKind::denied))})),
            ExitCode::source_failing);
  EXPECT_EQ(exit_code_of(run({check("b", {}, broken(ErrorKind::invalid))})), ExitCode::denied);
  EXPECT_EQ(exit_code_of(run({check("b", {}, broken(ErrorKind::budget))})), ExitCode::budget);
}

TEST(Checks, TheEndOfACheckTimeIsNoInterruption) {
  EXPECT_EQ(exit_code_of(run({check("slow", {}, broken(ErrorKind::cancelled))})),
            ExitCode::source_failing);
}

TEST(Checks, EachGetsItsOwnLimit) {
  std::optional<std::chrono::steady_clock::time_point> deadline;
  Check slow = check("slow", {}, {});
  slow.limit = std::chrono::seconds(600);
  slow.run = [&deadline](const CallContext& context) {
    deadline = context.deadline;
    return works("");
  };
  run({slow});
  ASSERT_TRUE(deadline);
  EXPECT_GT(*deadline, std::chrono::steady_clock::now() + std::chrono::seconds(500));
}

TEST(Checks, AfterAnInterruptionTheRestIsSkipped) {
  std::stop_source stop;
  Check first = check("first", {}, {});
  first.run = [&stop](const CallContext&) {
    stop.request_stop();
    return broken(ErrorKind::cancelled);
  };
  const auto rows = run({first, check("second", {}, works(""))}, {.stop = stop.get_token()});
  EXPECT_THAT(outcomes(rows), ElementsAre("first fails", "second skipped"));
  EXPECT_EQ(exit_code_of(rows), ExitCode::interrupted);
}

TEST(Checks, EachIsToldBeforeItBegins) {
  std::vector<std::string> told;
  const RunSettings settings{.begins = [&told](const std::string& name) { told.push_back(name); }};
  const auto rows = run_checks(
      {check("a", {}, broken(ErrorKind::denied)), check("b", {"a"}, {}), check("c", {}, {})},
      settings,
      {});
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_THAT(told, ElementsAre("a", "c"));
}

// --- report

Report example() {
  return {.rows = run({check("name", {}, works("it has an address")),
                       check("login", {}, broken(ErrorKind::denied, "refused")),
                       check("fields", {"login"}, {})}),
          .recommended = DoorChoice{Door::data_api, Door::odata, Door::odata},
          .code = ExitCode::denied};
}

TEST(DoctorReport, IsATableAndAListOfWhatToDo) {
  const std::string text = report_text(example(), false);
  EXPECT_THAT(text, HasSubstr("check   outcome  what was found\n"));
  EXPECT_THAT(text, HasSubstr("name    works    it has an address\n"));
  EXPECT_THAT(text, HasSubstr("login   FAILS    refused\n"));
  EXPECT_THAT(text, HasSubstr("fields  skipped  needs: login\n"));
  EXPECT_THAT(text, HasSubstr("\nwhat to do\n  login: mend it\n"));
  EXPECT_THAT(text,
              HasSubstr("best way in: [source] kind = \"mixed\", list = \"dataapi\", fetch = "
                        "\"odata\", write = \"odata\"\n"));
  EXPECT_THAT(text, HasSubstr("1 check fails\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(DoctorReport, AsJsonSaysTheSame) {
  const auto value = boost::json::parse(report_json(example())).as_object();
  const auto& login = value.at("checks").as_array().at(1).as_object();
  EXPECT_EQ(login.at("name"), "login");
  EXPECT_EQ(login.at("outcome"), "fails");
  EXPECT_EQ(login.at("needed"), true);
  EXPECT_EQ(login.at("found"), "refused");
  EXPECT_EQ(login.at("to_do"), "mend it");
  EXPECT_EQ(value.at("recommended").as_object().at("kind"), "mixed");
  EXPECT_EQ(value.at("exit_code"), 7);
}

TEST(DoctorReport, ShowsNoControlCharactersAndNoTokens) {
  Report report;
  report.rows = run(
      {check("a",
             {},
             broken(ErrorKind::invalid, "\x1b[2J at https://x/y?secret=planted, Bearer planted"))});
  for (const auto& text : {report_text(report, false), report_json(report)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("planted")));
  }
}

TEST(DoctorReport, OneDoorForAllIsItsOwnKind) {
  EXPECT_EQ(kind_for({Door::odbc, Door::odbc, Door::odbc}), "odbc");
}

// --- fields

JobSettings job() {
  JobSettings settings;
  settings.containers = {"photo", "scan(2)"};
  settings.parent_field = "owner";
  settings.mark_field = "best";
  settings.stamp_field = "moved_at";
  return settings;
}

std::vector<FieldFacts> good_fields() {
  return {{.name = "id"},
          {.name = "owner"},
          {.name = "photo", .is_container = true},
          {.name = "scan", .is_container = true, .repetitions = 3},
          {.name = "best"},
          {.name = "moved_at"}};
}

FieldFacts& named(std::vector<FieldFacts>& fields, std::string_view name) {
  return *std::ranges::find(fields, name, &FieldFacts::name);
}

constexpr const char* k_place = "layout 'Images'";

TEST(FieldReview, ATableAsConfiguredWorks) {
  const auto fields = good_fields();
  EXPECT_EQ(review_fields(fields, job(), k_place).outcome, Outcome::works);
  EXPECT_EQ(review_containers(fields, job(), k_place).outcome, Outcome::works);
  EXPECT_EQ(review_written_fields(fields, job(), k_place).outcome, Outcome::works);
}

TEST(FieldReview, NamesEveryMissingFieldAndWhatItMayBe) {
  auto fields = good_fields();
  named(fields, "owner").name = "owners";
  named(fields, "id").name = "number";
  const Finding finding = review_fields(fields, job(), k_place);
  EXPECT_EQ(finding.outcome, Outcome::fails);
  EXPECT_EQ(finding.code, ExitCode::denied);
  EXPECT_THAT(finding.found, HasSubstr("'id' is not on layout 'Images'"));
  EXPECT_THAT(finding.found, HasSubstr("'owner' is not on layout 'Images' (is it 'owners'?)"));
  EXPECT_THAT(finding.to_do, HasSubstr("put the fields on layout 'Images'"));
}

TEST(FieldReview, AContainerMustBeOneAndARecordsOwn) {
  auto fields = good_fields();
  named(fields, "photo").is_container = false;
  named(fields, "scan").is_global = true;
  const Finding finding = review_containers(fields, job(), k_place);
  EXPECT_THAT(finding.found, HasSubstr("'photo' is no container"));
  EXPECT_THAT(finding.found, HasSubstr("'scan(2)' is global"));
}

TEST(FieldReview, WhatCantBeWrittenIsNoMarkAndNoStamp) {
  for (const auto spoil : {+[](FieldFacts& field) { field.is_calculated = true; },
                           +[](FieldFacts& field) { field.is_container = true; },
                           +[](FieldFacts& field) { field.is_global = true; },
                           +[](FieldFacts& field) { field.name = "elsewhere"; }}) {
    auto fields = good_fields();
    spoil(named(fields, "moved_at"));
    const Finding finding = review_written_fields(fields, job(), k_place);
    EXPECT_EQ(finding.outcome, Outcome::fails);
    EXPECT_THAT(finding.found, HasSubstr("'moved_at'"));
    EXPECT_THAT(finding.found, Not(HasSubstr("'best'")));
  }
}

TEST(FieldReview, AFieldThatFillsItselfIsDoubtful) {
  auto fields = good_fields();
  named(fields, "best").fills_itself = true;
  EXPECT_EQ(review_written_fields(fields, job(), k_place).outcome, Outcome::warning);
}

TEST(FieldReview, WithoutMarkAndStampThereIsNothingToWrite) {
  JobSettings reads_only = job();
  reads_only.mark_field = reads_only.stamp_field = "";
  EXPECT_EQ(review_written_fields(good_fields(), reads_only, k_place).outcome, Outcome::skipped);
}

// --- clocks and messages

TEST(Clocks, AFewSecondsAreTheSame) {
  const auto noon = std::chrono::system_clock::from_time_t(1'764'072'000);
  constexpr const char* k_noon = "Tue, 25 Nov 2025 12:00:00 GMT";
  EXPECT_EQ(compare_clocks(k_noon, noon).outcome, Outcome::works);
  EXPECT_EQ(compare_clocks(k_noon, noon + std::chrono::seconds(20)).outcome, Outcome::works);
  const Finding behind = compare_clocks(k_noon, noon + std::chrono::minutes(16));
  EXPECT_EQ(behind.outcome, Outcome::warning);
  EXPECT_EQ(behind.found, "it is 16 min behind ours");
  EXPECT_EQ(compare_clocks(k_noon, noon - std::chrono::seconds(90)).found,
            "it is 90 s ahead of ours");
  EXPECT_EQ(compare_clocks("", noon).outcome, Outcome::skipped);
  EXPECT_EQ(compare_clocks("yesterday", noon).outcome, Outcome::skipped);
}

TEST(Messages, UserIdMustBeSpecifiedIsTheDriversOwnAndSaysNothingAboutTheServer) {
  const std::string means =
      explanation_of("[28000] [FileMaker][FileMaker ODBC] User ID must be specified (0)");
  EXPECT_THAT(means, HasSubstr("UID=...;PWD=..."));
  EXPECT_THAT(means, HasSubstr("says nothing about the server"));
  EXPECT_THAT(means, HasSubstr("FileMaker Cloud offers no ODBC at all: use OData"));
  EXPECT_THAT(explanation_of("the weather is fine"), IsEmpty());
}

TEST(Messages, ARefusedAccountIsToldWhichPrivilegeTheDoorNeeds) {
  const Error refused{.kind = ErrorKind::denied, .what = "refused", .origin_code = 212};
  EXPECT_THAT(advice_for(refused, Door::data_api), HasSubstr("fmrest"));
  EXPECT_THAT(advice_for(refused, Door::odata), HasSubstr("fmodata"));
  EXPECT_THAT(advice_for(refused, Door::odbc), HasSubstr("fmxdbc"));
}

}  // namespace
}  // namespace fmferry::doctor
