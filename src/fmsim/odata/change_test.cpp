// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/engine_fixture.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace fmsim::odata {
namespace {

using testing::HasSubstr;

using testing::StartsWith;

class ODataChangeTest : public ODataTest {
 protected:
  std::string shown(std::uint64_t slot, const std::string& field) {
    return json(get(by_row_id(slot) + "/" + field))["value"].dump();
  }

  void lock(std::uint64_t slot, bool on) {
    ask("POST",
        "/_sim/lock?recordId=" + std::to_string(clinic_.record_id(slot)) +
            "&on=" + (on ? "1" : "0"));
  }

  std::string sub_request(const std::string& method,
                          const std::string& path,
                          const std::string& body,
                          bool with_length = true) {
    std::string text =
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    text += method + " /fmi/odata/v4/Clinic" + path + " HTTP/1.1\r\n";
    if (body.empty()) return text + "\r\n\r\n";
    text += "Content-Type: application/json\r\n";
    if (with_length) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body + "\r\n";
  }

  static std::string changeset(const std::vector<std::string>& parts) {
    std::string text = "Content-Type: multipart/mixed; boundary=inner\r\n\r\n";
    for (const std::string& part : parts) text += "--inner\r\n" + part;
    return text + "--inner--\r\n";
  }

  Reply batch(const std::vector<std::string>& parts) {
    std::string body;
    for (const std::string& part : parts) body += "--outer\r\n" + part;
    Call call = request("POST", "/$batch", body + "--outer--\r\n");
    call.content_type = "multipart/mixed; boundary=outer";
    return simulator_.answer(call);
  }

  static int times(const std::string& text, const std::string& part) {
    int count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }
};

// ---- one record

TEST_F(ODataChangeTest, AnEditGivesTheRowOrNothing) {
  const Reply full = ask("PATCH", keyed(0), R"({"best_image_container":"image_Full"})");
  EXPECT_EQ(full.status, 200);
  EXPECT_EQ(header(full, "fmodata.affected_rows"), "1");
  EXPECT_EQ(json(full)["best_image_container"], "image_Full");
  Call call = request("PATCH", keyed(0), R"({"NexusExportDate":"2025-03-05T09:03:07Z"})");
  call.prefer = "return=minimal";
  const Reply nothing = simulator_.answer(call);
  EXPECT_EQ(nothing.status, 204);
  EXPECT_EQ(nothing.body, "");
  EXPECT_EQ(header(nothing, "fmodata.affected_rows"), "1");
  EXPECT_EQ(shown(0, "NexusExportDate"), "\"2025-03-05T09:03:07Z\"");
  EXPECT_EQ(json(get(by_row_id(0) + "?$select=ROWMODID"))["ROWMODID"], clinic_.mod_id(0) + 2);
}

TEST_F(ODataChangeTest, TimestampsAreOnTheHostsClock) {
  settings_.odata.offset = "+10:00";
  ask("PATCH", keyed(0), R"({"NexusExportDate":"2024-12-31T20:30:00Z"})");
  EXPECT_EQ(shown(0, "NexusExportDate"), "\"2025-01-01T06:30:00+10:00\"");
  ask("PATCH", keyed(0), R"({"NexusExportDate":"2025-01-01T06:30:00+10:00"})");
  EXPECT_EQ(shown(0, "NexusExportDate"), "\"2025-01-01T06:30:00+10:00\"");
  EXPECT_EQ(rows("/API_Images?$filter=NexusExportDate eq 2024-12-31T20:30:00Z").size(), 1U);
}

TEST_F(ODataChangeTest, EditsAreRefusedLikeTheEngineDoes) {
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"nothing":"x"})")), "8309");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"NexusExportDate":"03/05/2025 09:03:07"})")), "8309");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"category":5})")), "8309");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"modified_by":"me"})")), "201");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"image_Full_md5":"x"})")), "201");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"id":null})")), "509");
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"id":")" + clinic_.id(1) + R"("})")), "504");
  EXPECT_EQ(code(ask("PATCH", "/API_Images('nobody')", R"({"category":"x"})")), "-1023");
  EXPECT_EQ(code(ask("PATCH", keyed(0), "no json")), "-1002");
  EXPECT_EQ(shown(0, "ROWMODID"), std::to_string(clinic_.mod_id(0)));
}

TEST_F(ODataChangeTest, ALockedRecordIs301AtBothDoors) {
  lock(0, true);
  EXPECT_EQ(code(ask("PATCH", keyed(0), R"({"category":"x"})")), "301");
  lock(0, false);
  EXPECT_EQ(ask("PATCH", keyed(0), R"({"category":"x"})").status, 200);
}

TEST_F(ODataChangeTest, TheDataApiShowsTheSameRecord) {
  ask("PATCH", keyed(0), R"({"category":"Through OData"})");
  Call login = request("POST", "/fmi/data/vLatest/databases/Clinic/sessions", "{}");
  const auto token = json(simulator_.answer(login))["response"]["token"].get<std::string>();
  Call read = request("GET", "/fmi/data/vLatest/databases/Clinic/layouts/API_Images/records/101");
  read.authorization = "Bearer " + token;
  const auto record = json(simulator_.answer(read))["response"]["data"][0];
  EXPECT_EQ(record["fieldData"]["category"], "Through OData");
  EXPECT_EQ(record["modId"], std::to_string(clinic_.mod_id(0) + 1));
}

TEST_F(ODataChangeTest, CreatesAndDeletes) {
  const Reply made = ask("POST", "/API_Images", R"({"id":"MADE-UP","category":"Scan"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(header(made, "Location"), HasSubstr("/API_Images(ROWID="));
  EXPECT_EQ(json(get("/API_Images('MADE-UP')"))["category"], "Scan");
  EXPECT_EQ(code(ask("POST", "/API_Images", R"({"id":"MADE-UP"})")), "504");
  const Reply gone = ask("DELETE", "/API_Images('MADE-UP')");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(header(gone, "fmodata.affected_rows"), "1");
  EXPECT_EQ(code(get("/API_Images('MADE-UP')")), "-1023");
}

// ---- many records, one value

TEST_F(ODataChangeTest, AnEditByFilterTellsHowMany) {
  Call call = request("PATCH",
                      "/API_Images?$filter=id%20eq%20'" + clinic_.id(0) + "'%20or%20id%20eq%20'" +
                          clinic_.id(2) + "'",
                      R"({"best_image_container":"image_large"})");
  call.prefer = "return=minimal";
  const Reply reply = simulator_.answer(call);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(header(reply, "fmodata.affected_rows"), "2");
  EXPECT_EQ(rows("/API_Images?$filter=best_image_container eq 'image_large'").size(), 2U);
  EXPECT_EQ(stats()["odata_requests"]["bulk-edit"], 1);
}

TEST_F(ODataChangeTest, AnEditWithoutAFilterIsRefused) {
  EXPECT_EQ(code(ask("PATCH", "/API_Images", R"({"category":"x"})")), "-1002");
  EXPECT_TRUE(rows("/API_Images?$filter=category eq 'x'").empty());
}

TEST_F(ODataChangeTest, AnEditByFilterIsRefusedForOneLockedRecordOrSkipsIt) {
  lock(1, true);
  const std::string path =
      "/API_Images?$filter=ROWID%20le%20" + std::to_string(clinic_.record_id(2));
  EXPECT_EQ(code(ask("PATCH", path, R"({"category":"x"})")), "301");
  EXPECT_TRUE(rows("/API_Images?$filter=category eq 'x'").empty());
  settings_.odata.skips_locked = true;
  EXPECT_EQ(header(ask("PATCH", path, R"({"category":"x"})"), "fmodata.affected_rows"), "2");
  EXPECT_EQ(rows("/API_Images?$filter=category eq 'x'").size(), 2U);
}

// ---- batches

TEST_F(ODataChangeTest, AChangesetIsDoneAsAWhole) {
  const Reply reply = batch({changeset({sub_request("PATCH", keyed(0), R"({"category":"x"})"),
                                        sub_request("PATCH", keyed(2), R"({"category":"y"})")})});
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.content_type, StartsWith("multipart/mixed; boundary="));
  EXPECT_EQ(times(reply.body, "HTTP/1.1 204 No Content"), 2);
  EXPECT_EQ(shown(0, "category"), "\"x\"");
  EXPECT_EQ(shown(2, "category"), "\"y\"");
  EXPECT_EQ(stats()["doors"]["odata"]["batched"], 2);
}

TEST_F(ODataChangeTest, AChangesetWithALockedRecordChangesNothing) {
  lock(2, true);
  const Reply reply = batch({changeset({sub_request("PATCH", keyed(0), R"({"category":"x"})"),
                                        sub_request("PATCH", keyed(2), R"({"category":"x"})")}),
                             sub_request("PATCH", keyed(3), R"({"category":"x"})")});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(times(reply.body, "HTTP/1.1 "), 1);
  EXPECT_THAT(reply.body, HasSubstr(R"("code":"301")"));
  EXPECT_TRUE(rows("/API_Images?$filter=category eq 'x'").empty());
}

TEST_F(ODataChangeTest, WhatFollowsAFailureIsMissing) {
  const Reply reply = batch({sub_request("GET", keyed(0), ""),
                             sub_request("GET", "/API_Images('nobody')", ""),
                             sub_request("GET", keyed(2), "")});
  EXPECT_EQ(times(reply.body, "HTTP/1.1 200 Ok"), 1);
  EXPECT_EQ(times(reply.body, "HTTP/1.1 404"), 1);
  EXPECT_EQ(times(reply.body, "HTTP/1.1 "), 2);
}

TEST_F(ODataChangeTest, ABodyWithoutContentLengthIsNotRead) {
  const auto part = sub_request("PATCH", keyed(0), R"({"category":"x"})", false);
  EXPECT_THAT(batch({changeset({part})}).body, HasSubstr("HTTP/1.1 400"));
  settings_.odata.engine = 20;
  EXPECT_THAT(batch({changeset({part})}).body, HasSubstr("HTTP/1.1 200 Ok"));
}

TEST_F(ODataChangeTest, Version21CannotReadBeforeAChangeset) {
  const std::vector<std::string> parts{
      sub_request("GET", keyed(0), ""),
      changeset({sub_request("PATCH", keyed(0), R"({"category":"x"})")})};
  EXPECT_EQ(batch(parts).status, 200);
  settings_.odata.engine = 21;
  const Reply refused = batch(parts);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("Expected batch boundary"));
  const Reply reads = batch({parts[0], sub_request("GET", keyed(2), "")});
  EXPECT_EQ(times(reads.body, "HTTP/1.1 200 Ok"), 1);
}

TEST_F(ODataChangeTest, InABatchTheDatabaseHasNoSuffix) {
  std::string part = sub_request("PATCH", keyed(0), R"({"category":"x"})");
  part.replace(part.find("/Clinic/"), 8, "/Clinic.fmp12/");
  EXPECT_THAT(batch({changeset({part})}).body, HasSubstr("HTTP/1.1 404"));
}

TEST_F(ODataChangeTest, ABatchWithoutItsBoundaryIsRefused) {
  Call call = request("POST", "/$batch", "--other\r\n\r\n--other--");
  call.content_type = "multipart/mixed; boundary=outer";
  EXPECT_THAT(simulator_.answer(call).body, HasSubstr("Expected batch boundary"));
}

// ---- containers

TEST_F(ODataChangeTest, AContainerTakesBytesAndForgetsThem) {
  Call call = request("PATCH", keyed(0) + "/image_small", "\x89PNG made up");
  call.content_type = "application/octet-stream";
  call.content_disposition = "inline; filename=a.png";
  EXPECT_EQ(simulator_.answer(call).status, 200);
  const Reply got = get(keyed(0) + "/image_small/$value");
  EXPECT_EQ(got.content_type, "image/png");
  EXPECT_EQ(header(got, "Content-Disposition"), "attachment; filename=\"a.png\"");
  EXPECT_EQ(got.picture->copy(), "\x89PNG made up");
  EXPECT_EQ(ask("PATCH", keyed(0), R"({"image_small":null})").status, 200);
  EXPECT_EQ(get(keyed(0) + "/image_small/$value").status, 204);
}

TEST_F(ODataChangeTest, AContainerTakesBase64WithItsName) {
  const std::string body = R"({"image_small":")" + base64("%PDF made up") +
                           R"(","image_small@com.filemaker.odata.Filename":"form.pdf"})";
  EXPECT_EQ(ask("PATCH", keyed(0), body).status, 200);
  const Reply got = get(keyed(0) + "/image_small/$value");
  EXPECT_EQ(got.content_type, "application/pdf");
  EXPECT_EQ(got.picture->copy(), "%PDF made up");
}

TEST_F(ODataChangeTest, WhatWasEmptiedStaysEmptyAfterARestart) {
  const std::string folder = testing::TempDir() + "odata_emptied";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string path = by_row_id(slot_where(0, Filling::filled));
  {
    Journal journal(folder, "{}", true);
    Simulator first(settings_, clinic_, journal);
    EXPECT_EQ(first.answer(request("PATCH", path, R"({"image_Full":null})")).status, 200);
  }
  Journal journal(folder, "{}", false);
  Simulator second(settings_, clinic_, journal);
  EXPECT_EQ(second.answer(request("GET", path + "/image_Full/$value")).status, 204);
}

// ---- scripts

TEST_F(ODataChangeTest, RunsScripts) {
  EXPECT_EQ(ask("POST", "/Script.Ping", R"({"scriptParameterValue":"a b"})").body,
            R"({"scriptResult":{"code":0,"resultParameter":"a b"}})");
  EXPECT_EQ(ask("POST", "/Script.Ping").body,
            R"({"scriptResult":{"code":0,"resultParameter":""}})");
  EXPECT_THAT(ask("POST", "/Script.Stamp%20batch", R"({"scriptParameterValue":[101]})").body,
              HasSubstr(R"({\"done\":1,\"failed\":0})"));
  EXPECT_EQ(code(ask("POST", "/Script.Nothing")), "104");
  settings_.odata.plain_script_result = true;
  EXPECT_EQ(ask("POST", "/Script.Ping", R"({"scriptParameterValue":5})").body,
            R"({"scriptResult":"5","scriptError":"0"})");
}

}  // namespace
}  // namespace fmsim::odata
