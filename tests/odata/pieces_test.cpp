// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odata/address.hpp>
#include <fmferry/filemaker/odata/batch.hpp>
#include <fmferry/filemaker/odata/metadata.hpp>
#include <fmferry/filemaker/odata/value.hpp>
#include <fmferry/filemaker/odata/writer.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace fmferry::odata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view k_json = R"({"$Version":"4.01","@ServerVersion":"OData Engine 21.1.1",
 "Clinic":{"Img_":{"$Kind":"EntityType","$Key":["id"],"id":{"$Type":"Edm.String"},
  "id@Org":1,"photo":{"$Nullable":true,"$Type":"Edm.Stream"},"scan":{"$Type":"Edm.Binary"},
  "age":{"$Type":"Edm.Decimal"},"born":{"$Type":"Edm.Date"},
  "calc":{"@Calculation":true,"$Type":"Edm.String"},"at":{"$Type":"Edm.DateTimeOffset"}},
  "Other Table_":{"$Kind":"EntityType"},"Img":{"$Kind":"EntitySet"}}})";

constexpr std::string_view k_xml =
    R"(<?xml version="1.0"?><edmx:Edmx xmlns:edmx="x"><edmx:DataServices><Schema Namespace="Clinic">
<EntityType Name="Img_"><Key><PropertyRef Name="id"/></Key><Property Name="id" Type="Edm.String"/>
<Property Name="photo" Type="Edm.Stream"/><Property Name="calc" Type="Edm.String">
<Annotation Term="com.filemaker.odata.Calculation" Bool="true"/></Property></EntityType>
</Schema></edmx:DataServices></edmx:Edmx>)";

TEST(ODataAddress, EncodesNamesAndLeavesTheSyntaxOfOptionsBare) {
  const auto address = Address::make({.server = "https://fm.example.org",
                                      .database = "My Clinic",
                                      .table = "Img #1",
                                      .authorization = basic_authorization("u", Secret("p"))});
  ASSERT_TRUE(address) << to_line(address.error());
  EXPECT_EQ(address->table({{"select", "id,\"a b\""}, {"filter", "id eq 'A+B' and n gt 3"}}),
            "https://fm.example.org/fmi/odata/v4/My%20Clinic/Img%20%231?$select=id,%22a%20b%22"
            "&$filter=id%20eq%20'A%2BB'%20and%20n%20gt%203");
  EXPECT_EQ(address->value(place_of(7), "photo & more"),
            "https://fm.example.org/fmi/odata/v4/My%20Clinic/Img%20%231(ROWID=7)/"
            "photo%20%26%20more/$value");
}

TEST(ODataAddress, QuotesNamesThatAreNoWordsAndDoublesQuotesInTexts) {
  EXPECT_EQ(quoted_name("best_1"), "best_1");
  EXPECT_EQ(quoted_name("2nd"), "\"2nd\"");
  EXPECT_EQ(quoted_name("größe"), "\"größe\"");
  EXPECT_EQ(text_literal("it's"), "'it''s'");
}

TEST(ODataAddress, RefusesWhatWouldShowThePasswordOrCanNotBe) {
  const auto kind = [](ODataOptions options) {
    const auto made = Address::make(options);
    return made ? ErrorKind::internal : made.error().kind;
  };
  const ODataOptions good{.server = "https://h.example.org",
                          .database = "D",
                          .table = "T",
                          .authorization = basic_authorization("u", Secret("p"))};
  auto options = good;
  options.server = "http://h.example.org";
  EXPECT_EQ(kind(options), ErrorKind::denied);
  options = good;
  options.table = "a/b";
  EXPECT_EQ(kind(options), ErrorKind::invalid);
  options = good;
  options.table = "";
  EXPECT_EQ(kind(options), ErrorKind::invalid);
}

TEST(ODataMetadata, IsReadInBothForms) {
  for (const auto text : {k_json, k_xml}) {
    const auto table = read_metadata(text, "Img");
    ASSERT_TRUE(table) << to_line(table.error());
    EXPECT_THAT(table->key, ElementsAre("id"));
    ASSERT_NE(table->find("photo"), nullptr);
    EXPECT_EQ(table->find("photo")->type, ColumnType::container);
    EXPECT_TRUE(table->find("calc")->is_calculated);
    EXPECT_EQ(table->find("id@Org"), nullptr);
  }
  EXPECT_EQ(read_metadata(k_json, "Img")->find("scan")->type, ColumnType::container);
}

TEST(ODataMetadata, NamesTheNearestTableAndTellsOtherThingsApart) {
  const auto missing = read_metadata(k_json, "Imh");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::invalid);
  EXPECT_THAT(missing.error().what, HasSubstr("did you mean 'Img'"));
  EXPECT_TRUE(read_metadata(k_json, "Other Table"));
  EXPECT_EQ(read_metadata("<html>login</html>", "Img").error().kind, ErrorKind::corrupt);
  EXPECT_EQ(read_metadata("", "Img").error().kind, ErrorKind::corrupt);
}

TEST(ODataMetadata, RefusesFieldsOfTheWrongKind) {
  const auto table = read_metadata(k_json, "Img");
  ASSERT_TRUE(table);
  const auto complaint = [&table](ODataOptions options) {
    const auto shape = shape_for(options, *table);
    return shape ? std::string("fine") : shape.error().what;
  };
  EXPECT_EQ(complaint({.containers = {"photo"}, .fields = {"id"}}), "fine");
  EXPECT_THAT(complaint({.containers = {"id"}}), HasSubstr("no container"));
  EXPECT_THAT(complaint({.containers = {"photos"}}), HasSubstr("did you mean 'photo'"));
  EXPECT_THAT(complaint({.containers = {"photo(2)"}}), HasSubstr("first repetition"));
  EXPECT_THAT(complaint({.fields = {"photo"}}), HasSubstr("a container"));
  EXPECT_THAT(complaint({.written_fields = {"calc"}}), HasSubstr("nothing can be written"));
}

TEST(ODataValues, LookAsOverTheDataApi) {
  const auto shown = [](std::string_view json, ColumnType type) {
    return shown_value(boost::json::parse({json.data(), json.size()}), type);
  };
  EXPECT_EQ(shown("\"2025-03-11T09:05:00Z\"", ColumnType::timestamp), "03/11/2025 09:05:00");
  EXPECT_EQ(shown("\"2025-03-11T09:05:00+10:00\"", ColumnType::timestamp), "03/11/2025 09:05:00");
  EXPECT_EQ(shown("\"2025-03-11T09:05:00.25-03:00\"", ColumnType::timestamp),
            "03/11/2025 09:05:00");
  EXPECT_EQ(shown("\"2025-03-11\"", ColumnType::date), "03/11/2025");
  EXPECT_EQ(shown("null", ColumnType::text), "");
  EXPECT_EQ(shown("12.5", ColumnType::number), "12.5");
  EXPECT_EQ(shown("\"2025-03-11\"", ColumnType::text), "2025-03-11") << "a text is a text";
}

TEST(ODataValues, GoBackInTheFormThatODataTakes) {
  const auto sent = [](const std::string& text, ColumnType type) {
    return boost::json::serialize(sent_value(text, type, "+10:00"));
  };
  EXPECT_EQ(sent("03/11/2025 09:05:00", ColumnType::timestamp), "\"2025-03-11T09:05:00+10:00\"");
  EXPECT_EQ(sent("03/11/2025", ColumnType::date), "\"2025-03-11\"");
  EXPECT_EQ(sent("", ColumnType::timestamp), "null");
  EXPECT_EQ(sent("12", ColumnType::number), "12");
  EXPECT_EQ(sent("03/11/2025 09:05:00", ColumnType::text), "\"03/11/2025 09:05:00\"");
}

TEST(ODataFileName, IsTakenFromEveryFormOfTheHeader) {
  EXPECT_EQ(file_name_in("attachment; filename=\"IMG 42.jpeg\""), "IMG 42.jpeg");
  EXPECT_EQ(file_name_in("attachment; filename=\"a \\\"b\\\".png\""), "a \"b\".png");
  EXPECT_EQ(file_name_in("inline; filename=a.png; size=3"), "a.png");
  EXPECT_EQ(file_name_in("attachment; filename=\"x.jpg\"; filename*=UTF-8''%C3%A4%20b.jpg"),
            "\xC3\xA4 b.jpg");
  EXPECT_EQ(file_name_in("attachment"), "");
  EXPECT_EQ(file_name_in(""), "");
}

TEST(ODataFilter, NamesEachModificationOnce) {
  const std::vector<Sought> sought{{1, 3}, {2, 3}, {9, 4}, {10, {}}};
  EXPECT_EQ(filter_for(sought),
            "(ROWMODID eq 3 and (ROWID eq 1 or ROWID eq 2)) or (ROWMODID eq 4 and ROWID eq 9) or "
            "ROWID eq 10");
}

TEST(ODataBatch, TellsTheLengthOfEachPartAndReadsTheAnswers) {
  const std::string body = changeset({{"/fmi/odata/v4/D/T(ROWID=1)", "{\"a\":\"b\"}"}});
  EXPECT_THAT(body,
              HasSubstr("PATCH /fmi/odata/v4/D/T(ROWID=1) HTTP/1.1\r\nContent-Type: "
                        "application/json\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}\r\n"));
  HttpResponse response{.status = 200};
  response.body =
      "--r_b\r\nContent-Type: multipart/mixed; boundary=r_cs\r\n\r\n--r_cs\r\nContent-Type: "
      "application/http\r\n\r\nHTTP/1.1 204 No Content\r\nOData-Version: 4.01\r\n\r\n\r\n--r_cs\r\n"
      "Content-Type: application/http\r\n\r\nHTTP/1.1 500 Internal Server Error\r\nContent-Type: "
      "application/json\r\n\r\n{\"error\":{\"code\":\"301\",\"message\":\"in use\"}}\r\n--r_cs--"
      "\r\n--r_b--\r\n";
  const auto answers = batch_answers(response);
  ASSERT_TRUE(answers) << to_line(answers.error());
  ASSERT_EQ(answers->size(), 2U);
  EXPECT_EQ((*answers)[0].status, 204);
  EXPECT_EQ(answer_error((*answers)[1]).origin_code, 301);
  response.body = "<html>";
  EXPECT_FALSE(batch_answers(response));
}

TEST(ODataErrors, FollowTheCodeAndNeverTakeAFailureForAbsence) {
  const auto kind = [](int status, std::string body) {
    return answer_error({.status = status, .body = std::move(body)}).kind;
  };
  EXPECT_EQ(kind(404, R"({"error":{"code":"-1023","message":"secret"}})"), ErrorKind::not_found);
  EXPECT_EQ(kind(404, R"({"error":{"code":"-1020","message":"secret"}})"), ErrorKind::invalid);
  EXPECT_EQ(kind(400, R"({"error":{"code":"8309","message":"secret"}})"), ErrorKind::invalid);
  EXPECT_EQ(kind(400, "{\"error\":{\"code\":\"FQL0001/(1:2)\",\"message\":\"x\"}}"),
            ErrorKind::invalid);
  EXPECT_EQ(kind(401, R"({"error":{"code":"212","message":"x"}})"), ErrorKind::denied);
  EXPECT_EQ(kind(500, R"({"error":{"code":"301","message":"x"}})"), ErrorKind::conflict);
  EXPECT_EQ(kind(500, R"({"error":{"code":"802","message":"x"}})"), ErrorKind::unavailable);
  EXPECT_EQ(kind(500, R"({"error":{"code":"953","message":"x"}})"), ErrorKind::budget);
  EXPECT_EQ(kind(401, "<m:error><m:code>212</m:code></m:error>"), ErrorKind::denied);
  EXPECT_EQ(kind(404, "<html>not found</html>"), ErrorKind::corrupt);
  EXPECT_EQ(kind(404, ""), ErrorKind::corrupt);
  EXPECT_EQ(kind(502, "<html>Bad Gateway</html>"), ErrorKind::unavailable);
  EXPECT_EQ(kind(429, ""), ErrorKind::throttled);
  EXPECT_EQ(kind(401, "<html>"), ErrorKind::denied);
}

}  // namespace
}  // namespace fmferry::odata
