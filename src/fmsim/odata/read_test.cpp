// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/engine_fixture.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmsim::odata {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// ---- who may come in

TEST_F(ODataTest, EveryRequestNeedsTheAccount) {
  Call call = request("GET", "/API_Images?$top=1");
  EXPECT_EQ(simulator_.answer(call).status, 200);
  call.authorization = "Basic " + base64("api:wrong");
  EXPECT_EQ(simulator_.answer(call).status, 401);
  EXPECT_EQ(code(simulator_.answer(call)), "212");
  call.authorization.clear();
  EXPECT_EQ(code(simulator_.answer(call)), "212");
}

TEST_F(ODataTest, ATokenOfTheDataApiIsRefused) {
  Call login = request("POST", "/fmi/data/vLatest/databases/Clinic/sessions", "{}");
  const auto token = json(simulator_.answer(login))["response"]["token"].get<std::string>();
  Call call = request("GET", "/API_Images?$top=1");
  call.authorization = "Bearer " + token;
  EXPECT_EQ(simulator_.answer(call).status, 401);
  EXPECT_EQ(code(simulator_.answer(call)), "212");
}

TEST_F(ODataTest, ErrorsAreXmlForThoseWhoTakeNoJson) {
  Call call = request("GET", "/Nowhere");
  call.accept = "application/xml";
  const Reply reply = simulator_.answer(call);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.content_type, "application/xml;charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("<m:code>-1020</m:code>"));
}

// ---- what there is

TEST_F(ODataTest, ListsDatabasesAndTables) {
  EXPECT_EQ(get("/fmi/odata/v4").body,
            R"({"@context":"https://sim.test/fmi/odata/v4/$metadata","value":[{"name":"Clinic",)"
            R"("kind":"EntityContainer","url":"https://sim.test/fmi/odata/v4/Clinic"}]})");
  const auto tables = rows("");
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0]["name"], "API_Images");
  EXPECT_EQ(tables[0]["kind"], "EntitySet");
  EXPECT_EQ(tables[1]["url"], "https://sim.test/fmi/odata/v4/Clinic/Patients");
}

TEST_F(ODataTest, MetadataIsXmlUnlessJsonIsAskedFor) {
  Call call = request("GET", "/$metadata");
  call.accept = "*/*";
  const Reply xml = simulator_.answer(call);
  EXPECT_EQ(xml.content_type, "application/xml;charset=utf-8");
  EXPECT_THAT(xml.body, HasSubstr("<Property Name=\"image_Full\" Type=\"Edm.Binary\"/>"));
  const auto type = json(get("/$metadata"))["Clinic"]["API_Images_"];
  EXPECT_EQ(type["$Key"], nlohmann::json::array({"id"}));
  EXPECT_EQ(type["image_Full"]["$Type"], "Edm.Binary");
  EXPECT_EQ(type["NexusExportDate"]["$Type"], "Edm.DateTimeOffset");
  EXPECT_EQ(type["image_Full_md5"]["@Calculation"], true);
}

TEST_F(ODataTest, TheEnginesVersionDecidesAboutNamesAndTypes) {
  settings_.odata.engine = 21;
  EXPECT_EQ(json(get("/$metadata"))["Clinic"]["API_Images_"]["image_Full"]["$Type"], "Edm.Stream");
  settings_.odata.engine = 20;
  EXPECT_TRUE(json(get("/API_Images?$top=1&$count=true")).contains("@odata.count"));
  EXPECT_EQ(header(get("/API_Images?$top=1"), "OData-Version"), "4.0");
  settings_.odata.engine = 22;
  EXPECT_TRUE(json(get("/API_Images?$top=1&$count=true")).contains("@count"));
  Call call = request("GET", "/API_Images?$top=1&$count=true");
  call.odata_max_version = "4.0";
  EXPECT_TRUE(json(simulator_.answer(call)).contains("@odata.count"));
}

// ---- records

TEST_F(ODataTest, AnEntityHasNoContainersAndNullForNothing) {
  const auto row = json(get(by_row_id(0)));
  EXPECT_EQ(row["id"], clinic_.id(0));
  EXPECT_EQ(row["best_image_container"], nullptr);
  EXPECT_FALSE(row.contains("image_Full"));
  EXPECT_EQ(row["@id"], "https://sim.test/fmi/odata/v4/Clinic/API_Images('" + clinic_.id(0) + "')");
  EXPECT_THAT(row["@context"].get<std::string>(), HasSubstr("$metadata#API_Images/$entity"));
  EXPECT_EQ(json(get(keyed(0)))["id"], clinic_.id(0));
  EXPECT_EQ(code(get("/API_Images('nobody')")), "-1023");
  EXPECT_EQ(get("/API_Images(ROWID=100)").status, 404);
}

TEST_F(ODataTest, SelectsColumnsAndSpecialOnes) {
  const Reply reply = get("/API_Images?$select=id,\"category\",ROWID,ROWMODID&$top=1");
  const auto row = json(reply)["value"][0];
  EXPECT_EQ(row["ROWID"], clinic_.record_id(0));
  EXPECT_EQ(row["ROWMODID"], clinic_.mod_id(0));
  EXPECT_FALSE(row.contains("image_date"));
  EXPECT_THAT(reply.body, HasSubstr(R"($metadata#API_Images(\"id\",\"category\",)"));
  EXPECT_EQ(code(get("/API_Images?$select=image_Full")), "8309");
  EXPECT_EQ(
      get("/API_Images?$select=shot_huge").body,
      R"json({"error":{"code":"8309","message":"The field named 'shot_huge' does not exist in a )json"
      R"json(specified table (9)"}})json");
}

TEST_F(ODataTest, SpecialColumnsComeWithAPreferenceFromVersion22) {
  Call call = request("GET", "/API_Images?$top=1");
  call.prefer = "fmodata.include-specialcolumns";
  EXPECT_TRUE(json(simulator_.answer(call))["value"][0].contains("ROWID"));
  settings_.odata.engine = 21;
  EXPECT_FALSE(json(simulator_.answer(call))["value"][0].contains("ROWID"));
}

TEST_F(ODataTest, WithoutAKeyOnlyTheRowIdFindsARecord) {
  settings_.odata.id_is_key = false;
  Simulator other(settings_, clinic_, journal_);
  EXPECT_EQ(other.answer(request("GET", keyed(0))).status, 400);
  const auto row = json(other.answer(request("GET", by_row_id(0))));
  EXPECT_THAT(row["@id"].get<std::string>(), HasSubstr("(ROWID=101)"));
  EXPECT_FALSE(
      json(other.answer(request("GET", "/$metadata")))["Clinic"]["API_Images_"].contains("$Key"));
}

TEST_F(ODataTest, AnnotationsCanBeLeftOutAndNumbersBeText) {
  Call call = request("GET", "/Patients?$top=1");
  call.accept = "application/json;odata.metadata=none;IEEE754Compatible=true";
  const auto page = json(simulator_.answer(call));
  EXPECT_FALSE(page.contains("@context"));
  EXPECT_FALSE(page["value"][0].contains("@id"));
  EXPECT_EQ(page["value"][0]["chart_number"], "100000");
  EXPECT_EQ(rows("/Patients?$top=1")[0]["chart_number"], 100000);
}

TEST_F(ODataTest, PagesGoOnWithANextLink) {
  Call call = request("GET", "/API_Images?$select=id&$count=true&$top=250");
  call.prefer = "odata.maxpagesize=100";
  std::size_t rows = 0;
  int pages = 0;
  while (!call.target.empty()) {
    const auto page = json(simulator_.answer(call));
    EXPECT_EQ(page["@count"], 300);
    rows += page["value"].size();
    ++pages;
    const auto link = page.value("@nextLink", "");
    call.target = link.empty() ? "" : link.substr(std::string("https://sim.test").size());
  }
  EXPECT_EQ(rows, 250U);
  EXPECT_EQ(pages, 3);
}

TEST_F(ODataTest, CountsWithoutRows) {
  const auto page = json(get("/API_Images?$count=true&$top=0"));
  EXPECT_EQ(page["@count"], 300);
  EXPECT_TRUE(page["value"].empty());
  EXPECT_FALSE(page.contains("@nextLink"));
  EXPECT_EQ(get("/API_Images/$count").status, 400);
  settings_.odata.counts = true;
  EXPECT_EQ(get("/API_Images/$count").body, "300");
}

TEST_F(ODataTest, APropertyIsAValue) {
  EXPECT_EQ(json(get(keyed(0) + "/category"))["value"], std::string(clinic_.category(0)));
  EXPECT_EQ(get(keyed(0) + "/category/$value").body, clinic_.category(0));
  EXPECT_EQ(json(get(keyed(0) + "/best_image_container"))["value"], nullptr);
  EXPECT_EQ(code(get(keyed(0) + "/nothing")), "8309");
}

// ---- addresses

TEST_F(ODataTest, UnknownAddressesSayWhatIsWrong) {
  EXPECT_EQ(code(get("/Nowhere")), "-1020");
  EXPECT_EQ(code(get("/API_Images$top=1")), "-1002");
  EXPECT_EQ(code(get("/API_Images?$search=x")), "-1002");
  EXPECT_EQ(get("/fmi/odata/v4/Other/API_Images").status, 404);
  EXPECT_EQ(get("/fmi/odata/v4/Clinic.fmp12/API_Images?$top=1").status, 200);
  EXPECT_EQ(ask("PUT", keyed(0) + "/image_Full/$value", "x").status, 400);
  EXPECT_EQ(ask("DELETE", "/FileMaker_Tables/API_Images/id").status, 404);
}

TEST_F(ODataTest, AddressesOver2000CharactersAreRefused) {
  EXPECT_EQ(get("/API_Images?$filter=id%20eq%20'" + std::string(2000, 'x') + "'").status, 414);
}

TEST_F(ODataTest, AnOccurrenceMayHaveBlanksAndSymbols) {
  settings_.odata.occurrence = "API Images@2";
  Simulator other(settings_, clinic_, journal_);
  const Reply page = other.answer(request("GET", "/API%20Images%402?$top=1"));
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(json(page)["value"][0]["@id"].get<std::string>(), HasSubstr("/API%20Images%402('"));
  EXPECT_EQ(code(other.answer(request("GET", "/API%20Images@2?$top=1"))), "-1020");
  EXPECT_EQ(code(other.answer(request("GET", "/API_Images?$top=1"))), "-1020");
}

// ---- filters and orders

TEST_F(ODataTest, FiltersCompareAndCombine) {
  const auto count = [this](const std::string& filter) {
    Call call = request("GET", "/API_Images?$count=true&$top=0&$filter=" + filter);
    const auto page = json(simulator_.answer(call));
    return page.contains("@count") ? page["@count"].get<int>() : -1;
  };
  const int before = count("category%20eq%20'Before'");
  const int scans = count("\"category\"%20eq%20'Scan'");
  EXPECT_GT(before, 0);
  EXPECT_EQ(count("category eq 'Before' or category eq 'Scan'"), before + scans);
  EXPECT_EQ(count("category in ('Before', 'Scan')"), before + scans);
  EXPECT_EQ(count("not (category in ('Before'))"), 300 - before);
  EXPECT_EQ(count("best_image_container ne null and NexusExportDate eq null"), 0);
  EXPECT_EQ(count("NexusExportDate eq null"), 300);
  EXPECT_EQ(count("startswith(category,'Sca')"), scans);
  EXPECT_EQ(count("contains(tolower(category),'sca')"), scans);
  EXPECT_EQ(count("ROWID le 101"), 1);
  EXPECT_EQ(count("id eq 'O''Neil'"), 0);
  EXPECT_EQ(count("image_date ge 2012-01-01 and year(image_date) lt 2100"), 300);
  EXPECT_EQ(count("(category eq 'Before' or category eq 'Scan') and ROWID lt 1"), 0);
}

TEST_F(ODataTest, BadFiltersAreRefusedByTheSqlLayer) {
  EXPECT_EQ(code(get("/API_Images?$filter=nothing eq 1")), "8309");
  EXPECT_EQ(code(get("/API_Images?$filter=id eq 5")), "8309");
  EXPECT_EQ(code(get("/API_Images?$filter=id eq 'open")), "8309");
  EXPECT_EQ(code(get("/API_Images?$filter=id")), "8309");
  EXPECT_EQ(code(get("/API_Images?$filter=image_Full ne null")), "8309");
  EXPECT_THAT(get("/API_Images?$filter=id eq").body, HasSubstr("FQL0001/(1:6)"));
  settings_.odata.filters_containers = true;
  EXPECT_EQ(get("/API_Images?$filter=image_Full ne null&$top=1").status, 200);
}

TEST_F(ODataTest, SortsByFieldsAndGoesOnByKey) {
  const auto sorted = rows("/API_Images?$select=id&$orderby=id desc&$top=20");
  for (std::size_t at = 1; at < sorted.size(); ++at) {
    EXPECT_GE(sorted[at - 1]["id"].get<std::string>(), sorted[at]["id"].get<std::string>());
  }
  const auto first = rows("/API_Images?$select=id&$orderby=id&$top=10&$filter=id ne null");
  const auto next = rows("/API_Images?$select=id&$orderby=id&$top=10&$filter=id gt '" +
                         first[4]["id"].get<std::string>() + "'");
  EXPECT_EQ(next[0]["id"], first[5]["id"]);
  EXPECT_EQ(rows("/API_Images?$skip=2&$top=1&$select=ROWID")[0]["ROWID"], clinic_.record_id(2));
}

// ---- containers

TEST_F(ODataTest, ValueGivesTheBytesAndTheNameOfTheFile) {
  const std::uint64_t slot = slot_where(0, Filling::filled);
  Call call = request("GET", by_row_id(slot) + "/image_Full/$value");
  call.accept = "*/*";
  const Reply reply = simulator_.answer(call);
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.picture->sha256(), clinic_.picture(slot, 0).sha256());
  EXPECT_EQ(reply.content_type, "image/jpeg");
  EXPECT_THAT(header(reply, "Content-Disposition"),
              testing::MatchesRegex("attachment; filename=\".+_Full\\..+\""));
}

TEST_F(ODataTest, WhoAsksForOctetStreamGetsTheFileName) {
  const std::uint64_t slot = slot_where(0, Filling::filled);
  Call call = request("GET", by_row_id(slot) + "/image_Full/$value");
  call.accept = "application/octet-stream";
  const Reply name = simulator_.answer(call);
  EXPECT_EQ(name.content_type, "text/plain;charset=utf-8");
  EXPECT_EQ(name.picture, nullptr);
  EXPECT_EQ(name.body, clinic_.file_name(slot, 0, clinic_.containers(slot)[0].shown_extension));
  settings_.odata.engine = 21;
  EXPECT_NE(simulator_.answer(call).picture, nullptr);
}

TEST_F(ODataTest, AnEmptyContainerAnswersAsTold) {
  const std::string path = by_row_id(slot_where(0, Filling::empty)) + "/image_Full/$value";
  EXPECT_EQ(get(path).status, 204);
  settings_.odata.empty = EmptyValue::not_found;
  EXPECT_EQ(get(path).status, 404);
  settings_.odata.empty = EmptyValue::zero_bytes;
  EXPECT_EQ(get(path).status, 200);
  EXPECT_EQ(get(path).body, "");
  settings_.odata.empty = EmptyValue::words;
  EXPECT_EQ(get(path).content_type, "text/plain;charset=utf-8");
}

TEST_F(ODataTest, AReferenceIsText) {
  for (const Filling filling : {Filling::reference, Filling::question}) {
    for (std::size_t field = 0; field < k_containers; ++field) {
      const std::uint64_t slot = slot_where(field, filling);
      if (slot == clinic_.records()) continue;
      const Reply reply =
          get(by_row_id(slot) + "/" + std::string(k_container_fields[field]) + "/$value");
      EXPECT_EQ(reply.status, 200);
      EXPECT_EQ(reply.content_type, "text/plain;charset=utf-8");
      EXPECT_EQ(reply.body, clinic_.container_text(slot, field));
    }
  }
}

// ---- dirty JSON

TEST_F(ODataTest, EveryKindOfDirtHasItsSwitch) {
  const std::string fourth = "/API_Images?$top=1&$skip=3&$select=category,image_Full_length";
  EXPECT_FALSE(json(get(fourth)).is_discarded());
  settings_.odata.dirty_controls = true;
  EXPECT_THAT(get(fourth).body, HasSubstr("\x0B\n\x01\""));
  settings_.odata.dirty_nul = true;
  EXPECT_NE(get(fourth).body.find('\0'), std::string::npos);
  EXPECT_TRUE(json(get(fourth)).is_discarded());
  EXPECT_THAT(get(fourth).body, Not(HasSubstr(":?")));
  settings_.odata.dirty_numbers = true;
  EXPECT_THAT(get(fourth).body, HasSubstr("\"image_Full_length\":?"));
}

// ---- one clinic, two engines

TEST_F(ODataTest, ACrashOfOneEngineLeavesTheOtherAlone) {
  ask("POST", "/_sim/down?seconds=60");
  EXPECT_EQ(get("/API_Images?$top=1").status, 200);
  ask("POST", "/_sim/down?seconds=0");
  ask("POST", "/_sim/down?seconds=60&door=odata");
  EXPECT_EQ(get("/API_Images?$top=1").status, 502);
  EXPECT_EQ(get("/fmi/data/vLatest/productInfo").status, 200);
  EXPECT_EQ(stats()["doors"]["odata"]["crashes"], 1);
}

TEST_F(ODataTest, TheEngineFallsOverByItsOwnDownloads) {
  settings_.odata.crash_after_downloads = 2;
  settings_.odata.down = std::chrono::seconds(60);
  Simulator other(settings_, clinic_, journal_);
  const std::uint64_t slot = slot_where(0, Filling::filled);
  for (int i = 0; i < 2; ++i) {
    Reply reply = other.answer(request("GET", by_row_id(slot) + "/image_Full/$value"));
    ASSERT_EQ(reply.status, 200);
    reply.finished(reply.size(), true);
  }
  EXPECT_EQ(other.answer(request("GET", "/API_Images?$top=1")).status, 502);
  EXPECT_EQ(other.answer(request("GET", "/fmi/data/vLatest/productInfo")).status, 200);
}

TEST_F(ODataTest, TheDataLimitHoldsForBothDoors) {
  settings_.data_limit = 10;
  get("/API_Images?$top=1");
  EXPECT_EQ(code(get("/API_Images?$top=1")), "953");
  const Reply other = get("/fmi/data/vLatest/databases");
  EXPECT_EQ(json(other)["messages"][0]["code"], "953");
}

TEST_F(ODataTest, RequestsAndContainerBytesAreCountedByDoor) {
  const std::uint64_t slot = slot_where(0, Filling::filled);
  Reply reply = get(by_row_id(slot) + "/image_Full/$value");
  reply.sent_piece(reply.size());
  reply.finished(reply.size(), true);
  get("/API_Images?$top=1");
  get("/fmi/data/vLatest/productInfo");
  const auto stats = this->stats();
  EXPECT_EQ(stats["odata_requests"]["container"], 1);
  EXPECT_EQ(stats["odata_requests"]["records"], 1);
  EXPECT_EQ(stats["requests"]["records"], 0);
  EXPECT_EQ(stats["doors"]["odata"]["requests"], 2);
  EXPECT_EQ(stats["doors"]["odata"]["container_bytes"], reply.size());
  EXPECT_EQ(stats["doors"]["data_api"]["requests"], 1);
  EXPECT_EQ(stats["doors"]["data_api"]["container_bytes"], 0);
  const auto served = json(get("/_sim/served"));
  EXPECT_EQ(served["door"], "odata");
  EXPECT_EQ(served["recordId"], std::to_string(clinic_.record_id(slot)));
}

// ---- faults

TEST_F(ODataTest, FaultScriptsReachThisDoorToo) {
  const auto load = [this](const std::string& script) {
    EXPECT_EQ(ask("POST", "/_sim/faults", script).status, 200);
  };
  const std::string id = std::to_string(clinic_.record_id(0));
  load("container Images/" + id + "/image_Full cut after 40%");
  EXPECT_EQ(get(by_row_id(1) + "/image_Full/$value").delivery.cut_at, std::nullopt);
  EXPECT_NE(get(keyed(0) + "/image_Full/$value").delivery.cut_at, std::nullopt);
  load("records always reply 500 json 301");
  EXPECT_EQ(code(get("/API_Images?$top=1")), "301");
  load("odata reply 503");
  EXPECT_EQ(get("/fmi/data/vLatest/productInfo").status, 200);
  EXPECT_EQ(get("/API_Images?$top=1").status, 503);
  load("data-api always reply 503");
  EXPECT_EQ(get("/API_Images?$top=1").status, 200);
  load("records duplicate ids");
  const auto page = rows("/API_Images?$top=3");
  EXPECT_EQ(page[0]["id"], page[2]["id"]);
  load("records control characters");
  EXPECT_THAT(get("/API_Images?$top=1").body, HasSubstr("\x01\x0B\n"));
}

}  // namespace
}  // namespace fmsim::odata
