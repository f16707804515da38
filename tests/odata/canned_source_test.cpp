// SPDX-License-Identifier: Apache-2.0
#include "net/raw_server.hpp"
#include <fmferry/filemaker/odata/odata_source.hpp>

#include <gmock/gmock.h>

// What a server can be made to answer byte for byte; the simulator's behaviour is tested beside.

namespace fmferry {
namespace {

using namespace std::literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::http_answer;
using testing_support::RawAnswer;
using testing_support::RawRequest;
using testing_support::RawServer;
using Then = RawAnswer::Then;

const std::string k_jpeg = "\xFF\xD8\xFF\xE0 some picture \x01\x02"s;
const std::string k_gone = R"({"error":{"code":"-1023","message":"Record not found"}})";

std::string json(std::string_view body, int status = 200) {
  return http_answer(status, body, "Content-Type: application/json;charset=utf-8\r\n");
}

std::string refusal(std::string_view code, int status = 400) {
  return json(R"({"error":{"code":")" + std::string(code) + R"(","message":"secret text"}})",
              status);
}

constexpr std::string_view k_metadata =
    R"({"Clinic":{"Img_":{"$Kind":"EntityType","$Key":["id"],"id":{"$Type":"Edm.String"},
        "photo":{"$Type":"Edm.Stream"},"mark":{"$Type":"Edm.String"},
        "stamp":{"$Type":"Edm.DateTimeOffset"}}}})";

std::string row(std::string_view more = R"("mark":null,"stamp":null)", int mod_id = 3) {
  return R"({"@id":"x","ROWID":7,"ROWMODID":)" + std::to_string(mod_id) + R"(,"id":"A",)" +
         std::string(more) + "}";
}

std::string rows(const std::string& row, std::string_view names = "@") {
  return "{\"" + std::string(names) + "context\":\"x\",\"" + std::string(names) +
         "count\":1,\"value\":[" + row + "]}";
}

// One record, 7, as the table has it; what else is answered is the test's. Nothing from a handler:
// as usual.
class Canned {
 public:
  using Answers = std::function<std::optional<RawAnswer>(const RawRequest&)>;

  explicit Canned(Answers answers, std::string page = rows(row()))
      : answers_(std::move(answers)),
        page_(std::move(page)),
        server_([this](const RawRequest& r) { return route(r); }) {}

  [[nodiscard]] std::unique_ptr<ODataSource> source(std::string empty_text = "") const {
    auto opened =
        ODataSource::open({.server = server_.url(),
                           .database = "Clinic",
                           .table = "Img",
                           .authorization = basic_authorization("user", Secret("hunter2")),
                           .containers = {"photo"},
                           .fields = {"id", "mark", "stamp"},
                           .written_fields = {"mark", "stamp"},
                           .empty_text = std::move(empty_text),
                           .stall_timeout = 2s});
    EXPECT_TRUE(opened);
    return opened ? std::move(*opened) : nullptr;
  }

  [[nodiscard]] std::vector<RawRequest> requests(std::string_view part) const {
    std::vector<RawRequest> found;
    for (auto& request : server_.requests()) {
      if (request.target().find(part) != std::string_view::npos) found.push_back(request);
    }
    return found;
  }

 private:
  RawAnswer route(const RawRequest& request) {
    if (auto own = answers_(request)) return *own;
    const auto target = request.target();
    if (target.ends_with("/$metadata")) return {json(k_metadata)};
    if (target.find("/Img(ROWID=7)") != std::string_view::npos) return {json(row())};
    if (target.find("/Img(") != std::string_view::npos) return {json(k_gone, 404)};
    return {json(page_)};
  }

  Answers answers_;
  std::string page_;
  RawServer server_;
};

bool is_value(const RawRequest& request) {
  return request.target().ends_with("/$value");
}

bool is_patch(const RawRequest& request) {
  return request.method() == "PATCH";
}

Canned answering_value(const std::string& answer) {
  return Canned([answer](const RawRequest& request) -> std::optional<RawAnswer> {
    if (is_value(request)) return RawAnswer{answer};
    return std::nullopt;
  });
}

// The bytes, or "ERROR kind", and with the code when it says something.
std::string fetch(ODataSource& source, ContainerInfo* info = nullptr) {
  std::string bytes;
  const ByteSink sink = [&bytes](ByteView some) -> Status {
    bytes.append(some);
    return {};
  };
  const Record record{.record_id = 7};
  const auto fetched = source.fetch(record, {.field = "photo"}, sink, {});
  if (fetched && info != nullptr) *info = *fetched;
  if (fetched) return bytes;
  EXPECT_EQ(bytes, "") << "nothing that is no file goes to the sink";
  const bool no_file = fetched.error().origin_code == k_holds_no_file;
  return "ERROR " + std::string(name_of(fetched.error().kind)) + (no_file ? " no file" : "");
}

std::string fetch_of(const std::string& answer, std::string empty_text = "") {
  const Canned fm = answering_value(answer);
  return fetch(*fm.source(std::move(empty_text)));
}

TEST(CannedOData, AsksForAnythingWithTheAccountAndTakesTheNameFromTheHeader) {
  const Canned fm = answering_value(http_answer(
      200,
      k_jpeg,
      "Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=\"a b.jpeg\"\r\n"));
  const auto source = fm.source();
  ContainerInfo info;
  EXPECT_EQ(fetch(*source, &info), k_jpeg);
  EXPECT_EQ(info.file_name, "a b.jpeg");
  EXPECT_EQ(info.claimed_type, "image/jpeg");
  EXPECT_TRUE(info.length_announced);
  const auto asked = fm.requests("$value");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].target(), "/fmi/odata/v4/Clinic/Img(ROWID=7)/photo/$value");
  EXPECT_EQ(asked[0].header("Accept"), "*/*");
  EXPECT_EQ(asked[0].header("Authorization"), "Basic " + to_base64("user:hunter2"));
}

TEST(CannedOData, EveryAnswerOfAnEmptyContainerIsUnderstood) {
  EXPECT_EQ(fetch_of("HTTP/1.1 204 No Content\r\n\r\n"), "ERROR not_found");
  EXPECT_EQ(fetch_of(http_answer(200, "")), "ERROR not_found");
  EXPECT_EQ(fetch_of(http_answer(200, "", "Content-Type: text/plain\r\n")), "ERROR not_found");
  EXPECT_EQ(fetch_of(json(k_gone, 404)), "ERROR not_found");
  EXPECT_EQ(fetch_of(http_answer(200, "null", "Content-Type: text/plain\r\n"), "null"),
            "ERROR not_found");
}

TEST(CannedOData, AFileOfNoBytesIsAFile) {
  const Canned fm = answering_value(
      http_answer(200, "", "Content-Disposition: attachment; filename=\"nothing.jpg\"\r\n"));
  ContainerInfo info;
  EXPECT_EQ(fetch(*fm.source(), &info), "");
  EXPECT_EQ(info.file_name, "nothing.jpg");
}

TEST(CannedOData, AFailureIsNeverAnEmptyContainer) {
  EXPECT_EQ(fetch_of(http_answer(404, "<html>no such page</html>")), "ERROR corrupt");
  EXPECT_EQ(fetch_of(refusal("-1020", 404)), "ERROR invalid");
  EXPECT_EQ(fetch_of(http_answer(502, "<html>Bad Gateway</html>")), "ERROR unavailable");
  EXPECT_EQ(fetch_of(refusal("212", 401)), "ERROR denied");
  EXPECT_EQ(fetch_of(refusal("953", 500)), "ERROR budget");
  EXPECT_EQ(fetch_of(http_answer(200, "<html>log in</html>", "Content-Type: text/html\r\n")),
            "ERROR corrupt");
}

TEST(CannedOData, ARecordThatIsGoneIsToldFromAnEmptyContainer) {
  const Canned fm([](const RawRequest& request) -> std::optional<RawAnswer> {
    if (is_value(request)) return RawAnswer{json(k_gone, 404)};
    if (request.target().find("(ROWID=7)") != std::string_view::npos) {
      return RawAnswer{http_answer(502, "<html>")};
    }
    return std::nullopt;
  });
  EXPECT_EQ(fetch(*fm.source()), "ERROR unavailable") << "whether it is empty can't be told now";
}

TEST(CannedOData, TheFilesNameInThePlaceOfTheFileIsAFailure) {
  EXPECT_EQ(
      fetch_of(http_answer(200, "IMG_0042.jpeg", "Content-Type: text/plain;charset=utf-8\r\n")),
      "ERROR corrupt");
}

TEST(CannedOData, AReferenceOrTypedTextIsNoFile) {
  for (const auto* text : {"image:IMG.jpg\rfilewin:/C:/IMG.jpg", "?", "see the paper chart"}) {
    EXPECT_EQ(fetch_of(http_answer(200, text, "Content-Type: text/plain\r\n")),
              "ERROR corrupt no file")
        << text;
  }
}

TEST(CannedOData, ATextFileIsAFile) {
  EXPECT_EQ(fetch_of(http_answer(200,
                                 "<html>a saved page</html>",
                                 "Content-Type: text/plain\r\nContent-Disposition: attachment; "
                                 "filename=\"page.txt\"\r\n")),
            "<html>a saved page</html>");
}

TEST(CannedOData, ABodyCutShortIsCorrupt) {
  const Canned fm([](const RawRequest& request) -> std::optional<RawAnswer> {
    if (!is_value(request)) return std::nullopt;
    return RawAnswer{
        "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n" + k_jpeg,
        Then::close};
  });
  const ByteSink sink = [](ByteView) -> Status { return {}; };
  const auto info = fm.source()->fetch({.record_id = 7}, {.field = "photo"}, sink, {});
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::corrupt);
  EXPECT_NE(info.error().origin_code, k_holds_no_file);
}

TEST(CannedOData, ReadsBothNamingsAndDirtyJson) {
  const auto nothing = [](const RawRequest&) { return std::optional<RawAnswer>(); };
  for (const auto* names : {"@", "@odata."}) {
    const Canned fm(nothing, rows(row("\"mark\":\"a\nb\0c\",\"stamp\":?"s), names));
    const auto page = fm.source()->page(1, 10, {});
    ASSERT_TRUE(page) << to_line(page.error());
    EXPECT_EQ(page->found_count, 1);
    EXPECT_EQ(page->records.at(0).field("mark"), "a\nb\0c"s);
    EXPECT_EQ(page->records.at(0).field("stamp"), "");
    EXPECT_EQ(page->records.at(0).mod_id, 3);
    EXPECT_EQ(page->records.at(0).containers.at(0).state, ContainerState::unknown);
  }
}

TEST(CannedOData, AsksForSpecialColumnsInTheWayThatTheServerKnows) {
  // By $select; by Prefer beside it; by Prefer with nothing selected.
  for (const int way : {0, 1, 2}) {
    const Canned fm([way](const RawRequest& request) -> std::optional<RawAnswer> {
      const auto target = request.target();
      if (target.find("/Img?") == std::string_view::npos) return std::nullopt;
      if (way > 0 && target.find("select=ROWID") != std::string_view::npos) {
        return RawAnswer{refusal("8309")};
      }
      if (way > 1 && target.find("select=") != std::string_view::npos) {
        return RawAnswer{json(rows(R"({"id":"A","mark":null,"stamp":null})"))};
      }
      return std::nullopt;
    });
    const auto source = fm.source();
    const auto page = source->page(1, 10, {});
    ASSERT_TRUE(page) << way << ": " << to_line(page.error());
    EXPECT_EQ(page->records.at(0).record_id, 7);
  }
}

TEST(CannedOData, SaysThatAServerWithoutRowIdsCanNotBeUsed) {
  const Canned fm([](const RawRequest& request) -> std::optional<RawAnswer> {
    if (request.target().find("/Img?") == std::string_view::npos) return std::nullopt;
    return RawAnswer{json(rows(R"({"id":"A","mark":null,"stamp":null})"))};
  });
  const auto status = fm.source()->check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid);
  EXPECT_THAT(status.error().what, HasSubstr("ROWID"));
}

TEST(CannedOData, AFieldThatLeftTheTableIsNotTakenForAnEmptyOne) {
  const Canned fm([](const RawRequest&) { return std::optional<RawAnswer>(); },
                  rows(R"({"ROWID":7,"ROWMODID":3,"id":"A"})"));
  const auto page = fm.source()->page(1, 10, {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::invalid);
}

TEST(CannedOData, AShortPageWithoutANextLinkIsNotBelieved) {
  std::string answer = rows(row());
  answer.replace(answer.find("\"@count\":1"), 10, "\"@count\":9");
  const auto nothing = [](const RawRequest&) { return std::optional<RawAnswer>(); };
  const Canned cut(nothing, answer);
  EXPECT_EQ(cut.source()->page(1, 10, {}).error().kind, ErrorKind::corrupt);
  answer.insert(1, R"("@nextLink":"https://h/next",)");
  const Canned paged(nothing, answer);
  const auto page = paged.source()->page(1, 10, {});
  ASSERT_TRUE(page) << to_line(page.error());
  EXPECT_EQ(page->records.size(), 1U);
  EXPECT_EQ(page->found_count, 9);
}

TEST(CannedOData, TheServersWordsAndOurPasswordShowUpInNoError) {
  const Canned fm([](const RawRequest&) { return RawAnswer{refusal("8309")}; });
  const auto line = to_line(fm.source()->check({}).error());
  EXPECT_THAT(line, Not(HasSubstr("secret text")));
  EXPECT_THAT(line, Not(HasSubstr("hunter2")));
}

// --- writes

TEST(CannedOData, AWriteNamesTheModificationThatItExpects) {
  const Canned fm([](const RawRequest& request) -> std::optional<RawAnswer> {
    if (!is_patch(request)) return std::nullopt;
    return RawAnswer{"HTTP/1.1 204 No Content\r\nfmodata.affected_rows: 1\r\n\r\n"};
  });
  const auto source = fm.source();
  static_cast<void>(source->write(7, {{"mark", "photo"}, {"stamp", "03/11/2025 09:05:00"}}, 3, {}));
  const auto patches = fm.requests("$filter=(ROWMODID%20eq%203%20and%20ROWID%20eq%207)");
  ASSERT_EQ(patches.size(), 1U);
  EXPECT_TRUE(is_patch(patches[0]));
  EXPECT_EQ(patches[0].body, R"({"mark":"photo","stamp":"2025-03-11T09:05:00Z"})");
}

TEST(CannedOData, ALostAnswerToAWriteLeavesUsInDoubt) {
  const Canned fm([](const RawRequest& request) -> std::optional<RawAnswer> {
    if (!is_patch(request)) return std::nullopt;
    return RawAnswer{"", Then::close};
  });
  const auto written = fm.source()->write(7, {{"mark", "photo"}}, 3, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::in_doubt);
  EXPECT_EQ(fm.requests("ROWMODID%20eq%203").size(), 2U) << "one of them asked what filters can do";
}

TEST(CannedOData, ATimestampThatTheServerMovesToItsZoneIsWrittenAgainWithThatZone) {
  std::atomic<int> patches{0};
  const Canned fm([&patches](const RawRequest& request) -> std::optional<RawAnswer> {
    const int so_far = patches;
    if (is_patch(request)) {
      ++patches;
      return RawAnswer{"HTTP/1.1 204 No Content\r\nfmodata.affected_rows: 1\r\n\r\n"};
    }
    if (so_far == 0 || request.target().find("/Img?") == std::string_view::npos)
      return std::nullopt;
    const std::string hour = so_far == 1 ? "19" : "09";
    return RawAnswer{json(
        rows(row("\"mark\":null,\"stamp\":\"2025-03-11T" + hour + ":05:00+10:00\"", 3 + so_far)))};
  });
  const auto written = fm.source()->write(7, {{"stamp", "03/11/2025 09:05:00"}}, 3, {});
  ASSERT_TRUE(written) << to_line(written.error());
  EXPECT_EQ(*written, 5);
  EXPECT_EQ(patches, 2);
}

TEST(CannedOData, NothingIsAskedAfterClose) {
  const Canned fm([](const RawRequest&) { return std::optional<RawAnswer>(); });
  const auto source = fm.source();
  source->close();
  EXPECT_FALSE(source->count({}));
  EXPECT_TRUE(fm.requests("").empty());
}

}  // namespace
}  // namespace fmferry
