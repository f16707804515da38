// SPDX-License-Identifier: Apache-2.0
#include <fmsim/command_line.hpp>
#include <fmsim/fmp12/damage.hpp>
#include <fmsim/fmp12/file_command.hpp>
#include <fmsim/script/script_command.hpp>
#include <fmsim/serve.hpp>
#include <fmsim/truth.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace fmsim {
namespace {

constexpr const char* k_version = "fmsim 0.1.0";

void add_clinic_options(CLI::App& command, ClinicSettings& clinic) {
  command.add_option("--records", clinic.records, "Image records [6664]");
  command.add_option("--seed", clinic.seed, "The same seed gives the same clinic [1]");
  command.add_option("--corpus", clinic.corpus, "Folder of scripts/corpus, or 'made' [made]");
  command.add_flag("--full-size", clinic.full_size, "With the camera's originals, about 2 MB each");
}

struct Spans {
  std::int64_t down{120};
  std::int64_t recovers_after{0};
  std::int64_t url_ttl{60};
  std::int64_t idle{900};
  std::int64_t clock_ahead{0};
  std::int64_t latency{0};
  std::int64_t growth{0};
  std::string password_env{"FMSIM_PASSWORD"};
  std::string location{"relative"};
  std::int64_t token_life{3600};
  std::string factor{"none"};
};

void add_server_options(CLI::App& command, ServerSettings& server, Spans& spans) {
  command.add_option(
      "--crash-after-downloads", server.crash_after_downloads, "Fall over after K [never]");
  command.add_option(
      "--crash-after-bytes", server.crash_after_bytes, "Fall over after M bytes [never]");
  command.add_option("--down", spans.down, "Seconds until it is up again [120]");
  command.add_option("--recovers-after",
                     spans.recovers_after,
                     "Seconds without a download that undo what was served [never]");
  command.add_option("--url-ttl", spans.url_ttl, "Seconds that a streaming URL is good [60]");
  command.add_option("--session-idle", spans.idle, "Seconds until an idle session ends [900]");
  command.add_option("--max-sessions", server.max_sessions, "Sessions at a time [50]");
  command.add_option(
      "--session-limit-code", server.session_limit_code, "Beyond that: 956 or 812 [956]");
  command.add_option("--user", server.user, "Account [api]");
  command.add_option(
      "--password-env", spans.password_env, "Variable with the password [FMSIM_PASSWORD]");
  command.add_flag("!--no-fmrest", server.has_fmrest, "The account lacks this privilege");
  command.add_flag("!--no-fmodata", server.has_fmodata, "The account lacks this privilege");
  command.add_option("--clock-ahead", spans.clock_ahead, "Seconds that its clock is ahead [0]");
  command.add_option("--latency-ms", spans.latency, "Wait before each answer [0]");
  command.add_option(
      "--latency-growth-ms", spans.growth, "More for each other request in flight [0]");
  command
      .add_option(
          "--authenticated-stream", server.authenticated_stream, "1: cookie hop, 2: open [1]")
      ->check(CLI::Range(1, 2));
  command.add_option("--location", spans.location, "Redirects: relative or absolute [relative]")
      ->check(CLI::IsMember({"relative", "absolute"}));
  command.add_option("--max-width", server.max_width, "502 beyond W requests in flight [none]");
  command.add_option("--data-limit", server.data_limit, "Code 953 after that many bytes [none]");
  command.add_flag("--dirty-json", server.dirty_json, "Raw control characters in some records");
  command.add_flag("--parts", server.parts, "Send the beginning of a file if a Range asks for it");
  command.add_flag("--plain", server.plain, "HTTP without TLS");
}

void add_cloud_options(CLI::App& command, CloudSettings& cloud, Spans& spans) {
  command.add_flag("--cloud", cloud.on, "FileMaker Cloud: Claris IDs only, signed in here too");
  command.add_option("--token-life", spans.token_life, "Seconds an id token is good [3600]")
      ->check(CLI::PositiveNumber);
  command.add_option("--second-factor", spans.factor, "none, sms or app [none]")
      ->check(CLI::IsMember({"none", "sms", "app"}));
  command.add_option("--code", cloud.code, "The second factor's, always [424242]");
  command.add_flag("--sessions-end-with-token",
                   cloud.sessions_end_with_token,
                   "An outdated id token ends its Data API sessions too");
}

// What the command line says about the OData engine, in words.
struct ODataWords {
  std::string names;
  std::string containers;
  std::string count;
  std::string key{"id"};
  std::string empty{"204"};
  std::string locked{"refuse"};
  std::string script_result{"object"};
  std::vector<std::string> dirty;
  std::int64_t down{120};
};

void add_odata_options(CLI::App& command, ODataSettings& odata, ODataWords& words) {
  constexpr const char* k_group = "OData";
  const auto add = [&](const char* name, auto& value, const char* what) {
    return command.add_option(name, value, what)->group(k_group);
  };
  const auto choose = [&](const char* name, auto& value, const char* what, auto... of) {
    add(name, value, what)->check(CLI::IsMember(std::vector<std::string>{of...}));
  };
  add("--odata-engine", odata.engine, "As FileMaker Server 20, 21 or 22 [22]")
      ->check(CLI::Range(20, 22));
  add("--odata-occurrence", odata.occurrence, "Name of the images' table [API_Images]");
  choose("--odata-key", words.key, "id, or none: ROWID alone [id]", "id", "none");
  choose("--odata-names", words.names, "4.0 or 4.01 [by engine]", "4.0", "4.01");
  choose(
      "--odata-containers", words.containers, "stream or binary [by engine]", "stream", "binary");
  choose("--odata-count", words.count, "/$count: answer or refuse [by engine]", "answer", "refuse");
  choose("--odata-empty",
         words.empty,
         "$value of nothing: 204, 404, zero or text [204]",
         "204",
         "404",
         "zero",
         "text");
  choose("--odata-locked",
         words.locked,
         "Edit by filter: refuse all or skip [refuse]",
         "refuse",
         "skip");
  choose("--odata-script-result",
         words.script_result,
         "object or strings [object]",
         "object",
         "strings");
  choose("--odata-dirty",
         words.dirty,
         "JSON with controls, nul or question, or several",
         "controls",
         "nul",
         "question");
  command
      .add_flag("--odata-filter-containers",
                odata.filters_containers,
                "$filter may ask whether a container is empty")
      ->group(k_group);
  add("--odata-page", odata.page, "Rows before a next link, 0: all [10000]");
  add("--odata-offset", odata.offset, "The host's clock, Z or +10:00 [Z]");
  add("--max-uri", odata.max_uri, "Longer addresses are refused, 0: none [2000]");
  add("--odata-crash-after-downloads", odata.crash_after_downloads, "As above, OData's [never]");
  add("--odata-crash-after-bytes", odata.crash_after_bytes, "As above, OData's [never]");
  add("--odata-down", words.down, "As above, OData's [120]");
}

EmptyValue empty_value(const std::string& word) {
  if (word == "404") return EmptyValue::not_found;
  if (word == "zero") return EmptyValue::zero_bytes;
  return word == "text" ? EmptyValue::words : EmptyValue::no_content;
}

void apply(const ODataWords& words, ODataSettings& odata) {
  const auto is_dirty = [&words](const char* how) {
    return std::find(words.dirty.begin(), words.dirty.end(), how) != words.dirty.end();
  };
  if (!words.names.empty()) odata.new_names = words.names == "4.01";
  if (!words.containers.empty()) odata.streams = words.containers == "stream";
  if (!words.count.empty()) odata.counts = words.count == "answer";
  odata.id_is_key = words.key == "id";
  odata.empty = empty_value(words.empty);
  odata.skips_locked = words.locked == "skip";
  odata.plain_script_result = words.script_result == "strings";
  odata.dirty_controls = is_dirty("controls");
  odata.dirty_nul = is_dirty("nul");
  odata.dirty_numbers = is_dirty("question");
  odata.down = std::chrono::seconds(words.down);
}

void apply(const Spans& spans, ServerSettings& server) {
  server.cloud.token_life = std::chrono::seconds(spans.token_life);
  if (spans.factor == "sms") server.cloud.factor = SecondFactor::sms;
  if (spans.factor == "app") server.cloud.factor = SecondFactor::app;
  server.down = std::chrono::seconds(spans.down);
  server.recovers_after = std::chrono::seconds(spans.recovers_after);
  server.url_ttl = std::chrono::seconds(spans.url_ttl);
  server.session_idle = std::chrono::seconds(spans.idle);
  server.clock_ahead = std::chrono::seconds(spans.clock_ahead);
  server.latency = std::chrono::milliseconds(spans.latency);
  server.latency_growth = std::chrono::milliseconds(spans.growth);
  server.absolute_location = spans.location == "absolute";
  const char* password = std::getenv(spans.password_env.c_str());
  if (password != nullptr && *password != '\0') server.password = password;
}

void add_file_options(CLI::App& command, fmp12::FileSettings& file) {
  command.add_option("--out", file.out, "The file to write")->required();
  command.add_option("--truth", file.truth, "Also write what the file says, as JSON lines");
  command.add_option("--shape", file.shape, "clinic, many-small or photographs [clinic]")
      ->check(CLI::IsMember({"clinic", "many-small", "photographs"}));
  command.add_option("--bytes", file.bytes, "All photographs together, as 4GB [4GB]")
      ->transform(CLI::AsSizeValue(true));
  command.add_flag("--fp7", file.fp7, "As FileMaker 7 to 11 wrote");
  command.add_flag("--shuffle", file.shuffle, "Sectors out of order, some free");
  command.add_flag("--unclean", file.unclean, "As if copied while it was open");
  command.add_flag("--outside", file.outside, "Leave out what the clinic stores outside the file");
}

struct DamageSettings {
  std::string file;
  std::string how;
  std::uint64_t seed{1};
  std::string out;
};

void add_damage_options(CLI::App& command, DamageSettings& damage) {
  std::string ways = "Ways:";
  std::vector<std::string> names;
  for (const fmp12::Damage& each : fmp12::damages()) {
    names.emplace_back(each.name);
    ways += "\n  " + std::string(each.name) + ": " + std::string(each.what);
  }
  command.add_option("FILE", damage.file, "A sound file")->required()->check(CLI::ExistingFile);
  command.add_option("--how", damage.how, "One of the ways below")
      ->required()
      ->check(CLI::Validator(CLI::IsMember(names)).description("WAY"));
  command.add_option("--seed", damage.seed, "The same seed breaks the same place [1]");
  command.add_option("--out", damage.out, "Where the broken copy goes")->required();
  command.footer(ways);
}

int with_clinic(const ClinicSettings& settings, void (*write)(const Clinic&, std::ostream&)) {
  const Pool pool =
      settings.corpus == "made" ? Pool::made() : Pool::open(settings.corpus, settings.full_size);
  const Clinic clinic(settings.seed, settings.records, pool);
  write(clinic, std::cout);
  std::cout.flush();
  return std::cout ? 0 : 1;
}

}  // namespace

int run_command_line(int count, char** arguments) {
  CLI::App app(
      "A FileMaker Server of a made-up clinic, for tests: Data API, OData and "
      "container streaming.");
  app.set_version_flag("--version", k_version);
  app.footer(
      "Example: fmsim serve --dir /tmp/clinic --records 500 --crash-after-downloads 80 --down 5\n"
      "Exit: 0 done, 1 failed, 2 usage.");
  app.require_subcommand(1);
  ClinicSettings clinic;
  ServerSettings server;
  ServeSettings serving;
  Spans spans;
  std::ios::sync_with_stdio(false);

  auto* serve_command = app.add_subcommand("serve", "Serve the clinic on 127.0.0.1 until stopped");
  serve_command->add_option("--dir", serving.folder, "Certificate, env file and edits live here")
      ->required();
  serve_command->add_option("--port", serving.port, "Port, 0 for any [0]")
      ->check(CLI::Range(0, 65535));
  serve_command->add_flag("--fresh", serving.fresh, "Drop the edits of earlier runs");
  serve_command->add_option("--faults", serving.fault_files, "Fault script; may be given again");
  serve_command->add_option(
      "--script", serving.script_files, "A FileMaker script as clipboard XML; may be given again");
  serve_command->add_option("--script-ca", server.script_ca, "PEM of whom scripts may upload to");
  add_clinic_options(*serve_command, clinic);
  add_server_options(*serve_command, server, spans);
  add_cloud_options(*serve_command, server.cloud, spans);
  ODataWords odata;
  add_odata_options(*serve_command, server.odata, odata);
  auto* truth_command =
      app.add_subcommand("truth", "Print what a perfect migration finds, as JSON lines");
  add_clinic_options(*truth_command, clinic);
  auto* sql_command = app.add_subcommand(
      "catalogue-sql", "Print the application's tables and patients, for sqlite3");
  add_clinic_options(*sql_command, clinic);
  auto* filemaker_command = app.add_subcommand(
      "filemaker-sql", "Print the clinic for a PostgreSQL that stands in for FileMaker's ODBC");
  add_clinic_options(*filemaker_command, clinic);

  fmp12::FileSettings file;
  auto* file_command =
      app.add_subcommand("file", "Write the clinic as a FileMaker file that no FileMaker made");
  add_clinic_options(*file_command, clinic);
  add_file_options(*file_command, file);

  DamageSettings damage;
  auto* damage_command = app.add_subcommand("damage", "Write a broken copy of a FileMaker file");
  add_damage_options(*damage_command, damage);

  ScriptSettings script;
  auto* script_command = app.add_subcommand(
      "script", "Run a FileMaker script, given as clipboard XML, on the clinic; no server");
  script_command->add_option("FILE", script.file, "The script")->required();
  script_command->add_option("--dir", script.folder, "Where the edits are kept")->required();
  script_command->add_option(
      "--parameter", script.parameter_file, "File with its parameter [none]");
  script_command->add_option("--ca", script.ca_file, "PEM of whom it may upload to [the system's]");
  add_clinic_options(*script_command, clinic);

  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  apply(spans, server);
  apply(odata, server.odata);
  if (*script_command) return run_script_file(clinic, script);
  if (*truth_command) return with_clinic(clinic, write_truth);
  if (*sql_command) return with_clinic(clinic, write_catalogue_sql);
  if (*filemaker_command) return with_clinic(clinic, write_filemaker_sql);
  if (*damage_command) {
    fmp12::damage_file(damage.file, damage.how, damage.seed, damage.out);
    return 0;
  }
  if (*file_command) return fmp12::write_file(clinic, file);
  return serve(clinic, server, serving);
}

}  // namespace fmsim
