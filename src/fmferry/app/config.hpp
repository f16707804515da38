// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/foundation/secret.hpp>
#include <fmferry/sql/mapping.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fmferry {

// A way into a FileMaker Server. Each is a source of its own: see source_doors.hpp.
enum class Door { data_api, odata, odbc };

// `door`: through the one that SourceConfig::door names; `mixed`: each task through the door that
// SourceConfig::doors names or, where it names none, through the one that does it best;
// `automatic`: the same with the doors that answer.
enum class SourceKind { door, mixed, automatic, file };

// Which door does what; nothing: whichever does it best.
struct DoorTasks {
  std::optional<Door> list{};
  std::optional<Door> fetch{};  // and read single records
  std::optional<Door> write{};
};

// Whose accounts the server asks for: the solution's own, or Claris IDs as FileMaker Cloud does.
// `by_host`: FileMaker Cloud's host names decide.
enum class AccountKind { by_host, filemaker, claris_id };

// The scripts of ours that were pasted into the solution, and how much one call of them is given.
struct ScriptConfig {
  std::string uploader{"fmferry uploader"};
  std::string mark_and_stamp{"fmferry mark and stamp"};  // empty: marks and stamps go without it
  int uploads_a_call{20};
  int writes_a_call{400};
  std::chrono::milliseconds url_lifetime{900'000};
};

struct SourceConfig {
  SourceKind kind{SourceKind::door};
  Door door{Door::data_api};
  DoorTasks doors{};
  std::string server{};
  std::string ca{};
  bool insecure{false};
  std::string database{};
  std::string layout{};
  std::string occurrence{};  // the table occurrence that OData and ODBC show; the layout's name
                             // unless given
  std::string paging{};      // of OData: how its listing finds its place; empty: found out
  std::string empty_text{};  // of OData: what the server sends for an empty container, if a text
  bool parts{true};          // ask for the beginning of a file where no more of it is wanted
  std::string user{};
  std::string password{};  // where it is; resolve_secret() reads it
  AccountKind account{AccountKind::by_host};
  std::filesystem::path refresh_token_file{};  // of a Claris ID; empty: none
  std::string user_pool_url{};                 // empty: Claris' own
  std::string sign_in_url{};                   // empty: the user pool's

  ScriptConfig script{};

  // What the licence lets out through the server's doors in a period of a year, in bytes; 0: it is
  // not known. A period begins each year on that day ("2026-03-01"); empty: all runs count.
  std::int64_t allowance{0};
  std::string allowance_from{};

  // Of the kind `file`, and of a backup. For a file the settings above are optional then:
  // `database` and `layout` are the file's stem and the table unless given, so that rows in a
  // catalogue get the ids that they would get through the server.
  std::filesystem::path file{};
  std::string table{};                // empty: every container value is a record of its own
  std::vector<std::string> tables{};  // without `table`: of these only
  bool allow_unclean{false};

  [[nodiscard]] bool is_file() const { return kind == SourceKind::file; }

  // Of a server: a copy of its file, from which bytes are taken where it has the same record;
  // `file` and `table` name it then.
  [[nodiscard]] bool has_backup() const { return !is_file() && !file.empty(); }

  [[nodiscard]] bool is_whole_file() const { return is_file() && table.empty(); }
};

// What only the way in over ODBC needs besides [source].
struct OdbcConfig {
  std::string dsn{};  // a data source of the driver manager's; empty: `driver` and the server
  std::string driver{"FileMaker ODBC"};
  int port{2399};
  std::vector<std::string> streams{"FILE", "DEFAULT"};  // which one of a container is its file
  std::string extra{};                                  // more of the driver's keywords
  std::string driver_manager{};                         // its library; empty: unixODBC's
};

struct StoreConfig {
  std::string url{};  // s3://bucket/prefix or a folder
  std::string endpoint{};
  std::string region{};
  std::string addressing{"auto"};  // auto, path, virtual
  std::string ca{};
  bool insecure_http{false};
  std::string sse{};  // AES256, aws:kms or nothing
  std::string kms_key{};
};

// The application's database, and how records become its rows.
struct CatalogueConfig {
  std::filesystem::path sqlite{};
  std::string postgres{};  // a URL without a password
  std::string password{};  // where it is; resolve_secret() reads it; empty: libpq's own places
  std::string ca{};
  sql::Mapping mapping{};

  [[nodiscard]] bool is_configured() const { return !sqlite.empty() || !postgres.empty(); }
};

// How thumbnails are made; whither is JobSettings::thumbnail_key.
struct ThumbnailConfig {
  bool wanted{false};
  int edge{300};  // of the square that they fit into
  int quality{85};
  bool webp{false};                          // else JPEG
  int max_pixels{100'000'000};               // of a picture
  std::int64_t max_bytes{100'000'000};       // of a file
  std::int64_t memory{512LL * 1024 * 1024};  // of a worker, for its pictures
  int seconds{20};                           // for one picture
  int workers{0};                            // 0: one a processor
};

// What the pace of the hosts may be, besides the widths in JobSettings.
struct PaceConfig {
  BreakerSettings breaker{};
  bool adaptive{true};
  double max_rate{0};     // calls to the source a second; 0: no limit
  Timetable bandwidth{};  // of the source's bodies
};

// fmferry.toml. Paths in it are relative to its folder.
struct Config {
  std::filesystem::path folder{};
  SourceConfig source{};
  OdbcConfig odbc{};
  StoreConfig store{};
  CatalogueConfig catalogue{};
  JobSettings job{};
  PaceConfig pace{};
  ThumbnailConfig thumbnails{};

  std::filesystem::path ledger_file{};  // empty: fmferry.db beside the configuration

  [[nodiscard]] std::filesystem::path ledger() const {
    return ledger_file.empty() ? folder / "fmferry.db" : ledger_file;
  }

  // A path of the configuration; empty stays empty.
  [[nodiscard]] std::string beside(const std::string& path) const;
  [[nodiscard]] PaceSettings source_pace(std::string host) const;
  [[nodiscard]] PaceSettings store_pace() const;
};

// Reads and checks the whole file. `invalid`, naming the file, the line and the key, for anything
// unknown, missing or of the wrong kind; unknown keys come with the nearest known one.
Result<Config> load_config(const std::filesystem::path& file);
// The same for a text that is, or will be, the content of `file`.
Result<Config> parse_config(const std::string& text, const std::filesystem::path& file);

// The file to use: the one given; else ./fmferry.toml; else fmferry/fmferry.toml in the XDG
// configuration folder.
[[nodiscard]] std::filesystem::path find_config(const std::string& given);

// "env:NAME", "file:PATH" (its first line; relative to `folder`), or "prompt": what somebody types
// on the terminal. `denied` when there is nothing.
Result<Secret> resolve_secret(const std::string& reference, const std::filesystem::path& folder);

// "6h", "90m", "30s", "250ms".
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// "500", "64KB", "20GB", "1GiB".
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
// "2", "0.5": so many a second, more than none.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
// "2MB": so many bytes a second at all times. Or by the time of day, each entry until the next:
// "08:00,500KB 12:00,pause 19:00,off Sat-00:00,off". An entry with a day counts on that day only.
[[nodiscard]] std::optional<Timetable> parse_timetable(std::string_view text);

}  // namespace fmferry
