// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/body_gate.hpp>
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/common/json_repair.hpp>
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/endpoint.hpp>
#include <fmferry/filemaker/dataapi/envelope.hpp>
#include <fmferry/filemaker/dataapi/layout.hpp>
#include <fmferry/filemaker/dataapi/records.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace fmferry::dataapi {

using namespace filemaker;

namespace {

using namespace std::literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- json_repair

TEST(JsonRepair, LeavesSoundJsonAsItIs) {
  const std::string sound = R"({"a":"x\n\"?\" é","b":[1,2.5,null,{"c":"\\"}]})";
  EXPECT_EQ(repair_json(sound), sound);
}

TEST(JsonRepair, EscapesControlCharactersWithinStringsOnly) {
  EXPECT_EQ(repair_json("{\n\"a\":\"x\ry\x01\"}"), "{\n\"a\":\"x\\u000dy\\u0001\"}");
}

TEST(JsonRepair, EscapesNulWithinStringsAndDropsItElsewhere) {
  EXPECT_EQ(repair_json("{\"a\0\":1\0}"sv), "{\"a\\u0000\":1}");
}

TEST(JsonRepair, MakesABareQuestionMarkNull) {
  EXPECT_EQ(repair_json(R"({"a":?,"b":"?"})"), R"({"a":null,"b":"?"})");
}

TEST(JsonRepair, KeepsABackslashBeforeARawControlCharacter) {
  EXPECT_EQ(repair_json("\"a\\\tb\""), R"("a\\\u0009b")");
}

TEST(JsonRepair, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(repair_json("\"caf\xE9\""), "\"caf\xEF\xBF\xBD\"");
  EXPECT_EQ(repair_json("\"\xED\xA0\x80\""), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(repair_json("\"\xF0\x9F\x93\xB7\""), "\"\xF0\x9F\x93\xB7\"");
}

// --- envelope

Result<Envelope> envelope(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return read_envelope(response);
}

ErrorKind kind_of(int status, std::string body) {
  const auto read = envelope(status, std::move(body));
  return read ? ErrorKind::internal : read.error().kind;
}

TEST(Envelope, KeysOnFileMakersCodeAndNotOnTheStatus) {
  const auto read = envelope(500, R"({"messages":[{"code":"401","message":"x"}],"response":{}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code, 401);
}

TEST(Envelope, ReadsADirtyBody) {
  const auto read =
      envelope(200, "{\"response\":{\"n\":?,\"t\":\"a\x0B\"},\"messages\":[{\"code\":\"0\"}]}");
  ASSERT_TRUE(read);
  EXPECT_EQ(text_of(read->response.at("t")), "a\x0B");
  EXPECT_TRUE(read->response.at("n").is_null());
}

TEST(Envelope, ToleratesKeysThatComeTwice) {
  EXPECT_TRUE(envelope(200, R"({"response":{"V":1,"V":2},"messages":[{"code":"0"}]})"));
}

TEST(Envelope, CallsAProxysPageUnavailable) {
  EXPECT_EQ(kind_of(502, "<html>Bad Gateway</html>"), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(503, ""), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(504, "{\"cut"), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(429, "slow down"), ErrorKind::throttled);
}

TEST(Envelope, NeverTakesAnotherPageForData) {
  EXPECT_EQ(kind_of(200, "<html>Please log in</html>"), ErrorKind::corrupt);
  EXPECT_EQ(kind_of(200, R"({"response":{"data":[]}})"), ErrorKind::corrupt);
  EXPECT_EQ(kind_of(200, R"({"response":{},"messages":[{"code":"0"}])"), ErrorKind::corrupt);
  EXPECT_EQ(kind_of(200, ""), ErrorKind::corrupt);
}

TEST(Envelope, SurvivesDeepNesting) {
  EXPECT_EQ(kind_of(200, "{\"response\":" + std::string(100'000, '[')), ErrorKind::corrupt);
}

TEST(Envelope, ReadsNumbersAsTheyAreMeant) {
  const auto object =
      boost::json::parse(R"({"a":"17","b":17,"c":98.25,"d":"x","e":true})").as_object();
  EXPECT_EQ(integer_of(object, "a"), 17);
  EXPECT_EQ(integer_of(object, "b"), 17);
  EXPECT_EQ(integer_of(object, "d"), std::nullopt);
  EXPECT_EQ(integer_of(object, "z"), std::nullopt);
  EXPECT_EQ(text_of(object.at("c")), "98.25");
  EXPECT_EQ(text_of(object.at("b")), "17");
  EXPECT_EQ(text_of(object.at("e")), "1");
}

// --- codes

TEST(FileMakerCode, DecidesTheKindOfError) {
  EXPECT_EQ(error_of(101).kind, ErrorKind::not_found);
  EXPECT_EQ(error_of(105).kind, ErrorKind::invalid);
  EXPECT_EQ(error_of(212).kind, ErrorKind::denied);
  EXPECT_EQ(error_of(301).kind, ErrorKind::conflict);
  EXPECT_EQ(error_of(306).kind, ErrorKind::conflict);
  EXPECT_EQ(error_of(500).kind, ErrorKind::invalid);
  EXPECT_EQ(error_of(802).kind, ErrorKind::unavailable);
  EXPECT_EQ(error_of(812).kind, ErrorKind::throttled);
  EXPECT_EQ(error_of(953).kind, ErrorKind::budget);
  EXPECT_EQ(error_of(956).kind, ErrorKind::throttled);
  EXPECT_EQ(error_of(1701).kind, ErrorKind::unavailable);
}

TEST(FileMakerCode, CostsTheRecordATryWhenItIsUnknown) {
  EXPECT_EQ(disposition_of(error_of(3)), Disposition::retry);
}

// --- containers

Url fm() {
  return *parse_url("https://fm.example");
}

Container container(std::string_view value) {
  return read_container("photo", value, fm(), 7);
}

TEST(ContainerValue, IsEmptyOnlyWhenTheSourceSaysSo) {
  EXPECT_EQ(container("").state, ContainerState::empty);
  for (const auto* value : {"?",
                            " ",
                            "no photo yet",
                            "image:a.jpg\rimagewin:/C:/a.jpg",
                            "file:a.pdf",
                            "<No Access>",
                            "https://elsewhere.example/a.jpg",
                            "ftp://fm.example/Streaming_SSL/MainDB/A"}) {
    EXPECT_EQ(container(value).state, ContainerState::unreachable) << value;
    EXPECT_EQ(container(value).handle, "") << value;
  }
}

TEST(ContainerValue, TakesEveryFormOfAStreamAddressToTheConfiguredServer) {
  for (const auto* value : {"https://fm.example/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "https://FM.example:443/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "https://10.0.0.7/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "http://fm.example/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "https:///Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "https://internal:port/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "/Streaming_SSL/MainDB/A.jpg?RCType=E",
                            "Streaming_SSL/MainDB/A.jpg?RCType=E"}) {
    EXPECT_EQ(container(value).handle, "7 https://fm.example/Streaming_SSL/MainDB/A.jpg?RCType=E")
        << value;
  }
}

TEST(ContainerValue, IsNotMisledByAStreamPathInAQuery) {
  EXPECT_EQ(container("https://elsewhere.example/x?y=/Streaming_SSL/A").state,
            ContainerState::unreachable);
}

TEST(ContainerValue, ReadsItsOwnHandles) {
  const auto handle = read_handle(container("/Streaming_SSL/MainDB/A.JPG?R=x.y").handle);
  ASSERT_TRUE(handle);
  EXPECT_EQ(handle->session, 7);
  EXPECT_EQ(extension_of(handle->url), "jpg");
  EXPECT_FALSE(read_handle("https://fm.example/a"));
  EXPECT_FALSE(read_handle(""));
  EXPECT_FALSE(read_handle("7"));
}

// --- bodies

TEST(BodyGate, TellsAFileFromAPage) {
  const std::string jpeg = "\xFF\xD8\xFF\xE0\x00\x10JFIF"s;
  EXPECT_TRUE(looks_like_the_file(jpeg, "image/jpeg", "jpg"));
  EXPECT_TRUE(looks_like_the_file(jpeg, "text/html", "jpg"));  // a wrong type on right bytes
  EXPECT_TRUE(looks_like_the_file("plain words", "text/plain", "txt"));
  EXPECT_TRUE(looks_like_the_file("<svg xmlns='x'/>", "image/svg+xml", "svg"));
  EXPECT_TRUE(looks_like_the_file(R"({"any":"json"})", "application/json", "json"));
  EXPECT_TRUE(looks_like_the_file("<html>stored page</html>", "text/html", "html"));

  EXPECT_FALSE(looks_like_the_file("<html>log in</html>", "text/html", "jpg"));
  EXPECT_FALSE(looks_like_the_file("\n <!DOCTYPE HTML>", "image/jpeg", "jpg"));
  EXPECT_FALSE(looks_like_the_file("please log in", "text/html; charset=utf-8", ""));
  EXPECT_FALSE(looks_like_the_file(R"({"messages":[{"code":"952"}]})", "application/json", "json"));
  EXPECT_FALSE(looks_like_the_file(R"({ "response": {} })", "application/json", "html"));
}

struct Sunk {
  std::string bytes{};
  ByteSink sink{[this](ByteView more) -> Status {
    bytes.append(more);
    return {};
  }};
};

TEST(BodyGate, PassesTheSameBytesInAnySlices) {
  std::string file = "\xFF\xD8";
  for (int i = 0; i < 2000; ++i) file += static_cast<char>(i);
  Sunk sunk;
  BodyGate gate(sunk.sink, "jpg");
  for (const char byte : file) ASSERT_TRUE(gate.take({&byte, 1}));
  ASSERT_TRUE(gate.finish());
  EXPECT_EQ(sunk.bytes, file);
  EXPECT_EQ(gate.delivered(), 2002);
}

TEST(BodyGate, LetsNothingOfAPageThrough) {
  Sunk sunk;
  BodyGate gate(sunk.sink, "jpg");
  ASSERT_TRUE(gate.take("<ht"));
  ASSERT_TRUE(gate.take("ml>"));
  EXPECT_FALSE(gate.finish());
  EXPECT_TRUE(gate.rejected());
  EXPECT_THAT(sunk.bytes, IsEmpty());
}

// --- addresses and options

DataApiOptions good_options() {
  return {.server = "https://fm.example",
          .database = "My Clinic",
          .layout = "API Images #1",
          .authorization = basic_authorization("u", Secret("p")),
          .containers = {"photo"}};
}

ErrorKind refusal(const DataApiOptions& options) {
  const auto endpoint = Endpoint::make(options);
  return endpoint ? ErrorKind::internal : endpoint.error().kind;
}

TEST(Endpoint, EncodesEverySegment) {
  const auto endpoint = *Endpoint::make(good_options());
  EXPECT_EQ(endpoint.records(101, 50),
            "https://fm.example/fmi/data/vLatest/databases/My%20Clinic/layouts/"
            "API%20Images%20%231/records?_offset=101&_limit=50&portal=%5B%5D");
  EXPECT_THAT(endpoint.session("a/b"), testing::EndsWith("/sessions/a%2Fb"));
}

TEST(Endpoint, RefusesToCarryThePasswordUnprotected) {
  auto options = good_options();
  options.server = "http://fm.example";
  EXPECT_EQ(refusal(options), ErrorKind::denied);
  options.server = "http://127.example.com";
  EXPECT_EQ(refusal(options), ErrorKind::denied);
  options.server = "https://fm.example";
  options.insecure = true;
  EXPECT_EQ(refusal(options), ErrorKind::denied);
  options.server = "https://127.0.0.1:8443";
  EXPECT_TRUE(Endpoint::make(options));
  options.server = "http://localhost:8080";
  EXPECT_TRUE(Endpoint::make(options));
}

TEST(Endpoint, RefusesWhatCanNotWork) {
  for (const auto* server : {"", "https://", "https://h/path", "ftp://h", "https://u:p@h"}) {
    auto options = good_options();
    options.server = server;
    EXPECT_EQ(refusal(options), ErrorKind::invalid) << server;
  }
  auto options = good_options();
  options.layout = "A/B";
  EXPECT_EQ(refusal(options), ErrorKind::invalid);
  options = good_options();
  options.database = "";
  EXPECT_EQ(refusal(options), ErrorKind::invalid);
}

TEST(Endpoint, TakesABareHostAsHttps) {
  auto options = good_options();
  options.server = "fm.example:8443";
  EXPECT_EQ(Endpoint::make(options)->server().origin(), "https://fm.example:8443");
}

// --- layouts

Layout sample_layout() {
  const auto response = boost::json::parse(R"({"fieldMetaData":[
    {"name":"id","type":"normal","result":"text","global":false,"maxRepeat":1},
    {"name":"photo","type":"normal","result":"container","global":false,"maxRepeat":1,
     "repetitionStart":1,"repetitionEnd":1},
    {"name":"scan","type":"normal","result":"container","global":false,"maxRepeat":3,
     "repetitionStart":1,"repetitionEnd":2},
    {"name":"logo","type":"normal","result":"container","global":true,"maxRepeat":1},
    {"name":"age","type":"calculation","result":"number","global":false,"maxRepeat":1}]})");
  return *read_layout(response.as_object());
}

std::string complaint(const DataApiOptions& options) {
  const auto status = check_fields(options, sample_layout());
  return status ? "" : std::string(name_of(status.error().kind)) + ": " + status.error().what;
}

TEST(Layout, ReadsEveryContainerThatIsNotGlobalWhenNoneIsNamed) {
  auto options = good_options();
  options.containers.clear();
  const auto shape = shape_for(options, sample_layout());
  EXPECT_THAT(shape.containers, ElementsAre("photo", "scan(1)", "scan(2)"));
  EXPECT_THAT(shape.fields, ElementsAre("id", "age"));
}

TEST(Layout, AcceptsFieldsThatAreThere) {
  auto options = good_options();
  options.containers = {"photo", "scan", "scan(2)"};
  options.fields = {"id", "age"};
  options.written_fields = {"id"};
  EXPECT_EQ(complaint(options), "");
}

TEST(Layout, NamesTheMissingFieldAndTheNearestOne) {
  auto options = good_options();
  options.containers = {"Foto"};
  EXPECT_THAT(complaint(options), HasSubstr("'Foto'"));
  EXPECT_THAT(complaint(options), HasSubstr("did you mean 'photo'"));
  options.containers = {"something_else"};
  EXPECT_THAT(complaint(options), testing::Not(HasSubstr("did you mean")));
}

TEST(Layout, RefusesFieldsOfTheWrongKind) {
  auto options = good_options();
  options.containers = {"id"};
  EXPECT_THAT(complaint(options), HasSubstr("is no container"));
  options = good_options();
  options.fields = {"photo"};
  EXPECT_THAT(complaint(options), HasSubstr("is a container"));
  options = good_options();
  options.written_fields = {"age"};
  EXPECT_THAT(complaint(options), HasSubstr("can't be written"));
  options = good_options();
  options.containers = {"scan(3)"};
  EXPECT_THAT(complaint(options), HasSubstr("repetitions up to 2"));
}

TEST(Layout, TakesRepetitionsApart) {
  EXPECT_EQ(parse_field_name("photo(12)").base, "photo");
  EXPECT_EQ(parse_field_name("photo(12)").repetition, 12);
  for (const auto* name : {"photo", "photo()", "photo(x)", "photo(0)", "(1)", "photo(1) x"}) {
    EXPECT_EQ(parse_field_name(name).base, name);
  }
}

// --- records

Result<Record> record(std::string_view fields, const RecordShape& shape) {
  const auto entry =
      boost::json::parse(R"({"recordId":"5","modId":"2","fieldData":)" + std::string(fields) + "}");
  return read_record(entry.as_object(), shape, fm(), 1);
}

TEST(Records, TakesOnlyWhatWasAskedForInThatOrder) {
  const auto read = record(R"({"id":"A","n":3,"big":"/Streaming_SSL/a","small":"","other":"x"})",
                           {.containers = {"small", "big"}, .fields = {"id", "n"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->record_id, 5);
  EXPECT_EQ(read->mod_id, 2);
  EXPECT_EQ(read->field("n"), "3");
  EXPECT_EQ(read->fields.size(), 2U);
  ASSERT_EQ(read->containers.size(), 2U);
  EXPECT_EQ(read->containers[0].field, "small");
  EXPECT_EQ(read->containers[0].state, ContainerState::empty);
  EXPECT_EQ(read->containers[1].state, ContainerState::filled);
}

TEST(Records, TakesTheFirstRepetitionForTheField) {
  const auto repeating =
      record(R"j({"photo(1)":"/Streaming_SSL/1","photo(2)":"/Streaming_SSL/2"})j",
             {.containers = {"photo", "photo(2)"}});
  ASSERT_TRUE(repeating);
  EXPECT_THAT(repeating->containers[0].handle, HasSubstr("SSL/1"));
  EXPECT_EQ(repeating->containers[0].field, "photo");
  EXPECT_THAT(repeating->containers[1].handle, HasSubstr("SSL/2"));
  EXPECT_TRUE(record(R"({"photo":""})", {.containers = {"photo(1)"}}));
  EXPECT_FALSE(record(R"({"photo":""})", {.containers = {"photo(2)"}}));
}

TEST(Records, NeverTakesAMissingFieldForAnEmptyOne) {
  const auto read = record(R"({"id":"A"})", {.containers = {"photo"}, .fields = {"id"}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  EXPECT_THAT(read.error().what, HasSubstr("photo"));
}

TEST(Records, CallsACalculationErrorInAContainerUnreachable) {
  const auto read = record(R"({"photo":null})", {.containers = {"photo"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->containers[0].state, ContainerState::unreachable);
}

TEST(Records, RefusesAPageThatIsShorterThanItsOwnCount) {
  ApiReply reply;
  reply.response = boost::json::parse(R"({"dataInfo":{"foundCount":"9"},"data":[
      {"recordId":"1","modId":"0","fieldData":{}}]})")
                       .as_object();
  EXPECT_EQ(read_page(reply, 1, 5, {}, fm()).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(read_page(reply, 9, 5, {}, fm())->records.size(), 1U);
  EXPECT_EQ(read_page(reply, 1, 1, {}, fm())->found_count, 9);
}

TEST(Records, WritesTextAndTheModificationItExpects) {
  EXPECT_EQ(write_body({{"a", "x\"y"}}, 4), R"({"fieldData":{"a":"x\"y"},"modId":"4"})");
  EXPECT_EQ(write_body({{"a", ""}}, std::nullopt), R"({"fieldData":{"a":""}})");
}

}  // namespace
}  // namespace fmferry::dataapi
