// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config.hpp>
#include <fmferry/app/terminal.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <set>

namespace fmferry {
namespace {

// Reads one table: each key that the program knows is asked for once; what is left is unknown.
class Section {
 public:
  Section(const toml::table& root, std::string name, std::vector<std::string>& problems)
      : name_(std::move(name)), table_(root[name_].as_table()), problems_(problems) {
    if (root.contains(name_) && table_ == nullptr) {
      problem(root.get(name_), "must be a table: [" + name_ + "]");
    }
  }

  [[nodiscard]] bool present() const { return table_ != nullptr; }

  // For keys that are tables of their own.
  void table(const std::string& key) {
    if (const auto* node = find(key); node != nullptr && !node->is_table()) {
      problem(node, key + " must be a table: [" + name_ + "." + key + "]");
    }
  }

  void text(const std::string& key, std::string& into) {
    if (const auto* node = find(key)) {
      if (const auto value = node->value_exact<std::string>()) {
        into = *value;
      } else {
        problem(node, key + " must be a text in quotes");
      }
    }
  }

  void required_text(const std::string& key, std::string& into) {
    text(key, into);
    if (into.empty()) problems_.push_back("[" + name_ + "] " + key + " is missing");
  }

  void flag(const std::string& key, bool& into) {
    if (const auto* node = find(key)) {
      if (const auto value = node->value_exact<bool>()) {
        into = *value;
      } else {
        problem(node, key + " must be true or false");
      }
    }
  }

  void number(const std::string& key, int& into, int least, int most) {
    if (const auto* node = find(key)) {
      const auto value = node->value_exact<std::int64_t>();
      if (value && *value >= least && *value <= most) {
        into = static_cast<int>(*value);
      } else {
        problem(node,
                key + " must be a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most));
      }
    }
  }

  void texts(const std::string& key, std::vector<std::string>& into) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    into.clear();
    if (array != nullptr) {
      for (const auto& element : *array) {
        if (const auto value = element.value_exact<std::string>()) into.push_back(*value);
      }
    }
    if (array == nullptr || into.size() != array->size() || into.empty()) {
      problem(node, key + " must be a list of texts: [\"a\", \"b\"]");
    }
  }

  // For keys whose text is parsed further.
  void parsed(const std::string& key,
              const std::string& form,
              const std::function<bool(const std::string&)>& parse) {
    std::string value;
    const auto before = problems_.size();
    text(key, value);
    if (value.empty() || problems_.size() != before) return;
    if (!parse(value)) problem(table_->get(key), key + " must be " + form);
  }

  void refuse_the_rest() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
      const std::string name(key.str());
      if (known_.contains(name)) continue;
      const auto hint = nearest(name, {known_.begin(), known_.end()});
      problem(&node, "unknown key " + name + (hint.empty() ? "" : ", did you mean " + hint + "?"));
    }
  }

 private:
  const toml::node* find(const std::string& key) {
    known_.insert(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }

  void problem(const toml::node* node, const std::string& text) {
    const auto line = node == nullptr ? 0 : node->source().begin.line;
    problems_.push_back("line " + std::to_string(line) + ": [" + name_ + "] " + text);
  }

  std::string name_;
  const toml::table* table_;
  std::vector<std::string>& problems_;
  std::set<std::string> known_;
};

using Problems = std::vector<std::string>;

void read_account(Section& section, const std::filesystem::path& folder, SourceConfig& source) {
  section.parsed("account", "\"filemaker\" or \"claris-id\"", [&source](const std::string& text) {
    source.account = text == "claris-id" ? AccountKind::claris_id : AccountKind::filemaker;
    return text == "claris-id" || text == "filemaker";
  });
  std::string file;
  section.text("refresh_token_file", file);
  if (!file.empty()) source.refresh_token_file = folder / file;
  section.text("user_pool_url", source.user_pool_url);
  section.text("sign_in_url", source.sign_in_url);
}

// The ways into a server, by the names that a configuration has for them.
struct DoorName {
  std::string_view name;
  Door door;
};

constexpr std::array k_doors{DoorName{"dataapi", Door::data_api},
                             DoorName{"odata", Door::odata},
                             DoorName{"odbc", Door::odbc}};

// "\"a\", \"b\" or \"c\""
template <class Names>
std::string in_words(const Names& names) {
  std::string words;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (at > 0) words += at + 1 == names.size() ? " or " : ", ";
    words += "\"" + std::string(names.at(at).name) + "\"";
  }
  return words;
}

void read_tasks(Section& section, DoorTasks& tasks) {
  for (auto& [key, task] : {std::pair("list", &tasks.list),
                            std::pair("fetch", &tasks.fetch),
                            std::pair("write", &tasks.write)}) {
    section.parsed(key, in_words(k_doors), [into = task](const std::string& text) {
      const auto* known = std::ranges::find(k_doors, text, &DoorName::name);
      if (known != k_doors.end()) *into = known->door;
      return known != k_doors.end();
    });
  }
}

// What the doors need besides the server: a layout, a table occurrence, or both.
void read_names(Section& section, SourceConfig& source) {
  const bool only_odata = source.kind == SourceKind::door && source.door == Door::odata;
  if (only_odata) {
    section.text("layout", source.layout);
    section.text("table", source.occurrence);
  } else {
    section.required_text("layout", source.layout);
    const bool only_data_api = source.kind == SourceKind::door && source.door == Door::data_api;
    if (!only_data_api) section.text("table", source.occurrence);
  }
  if (source.occurrence.empty()) source.occurrence = source.layout;
  if (source.layout.empty()) source.layout = source.occurrence;
  if (only_odata && source.layout.empty()) section.required_text("table", source.occurrence);
}

void read_odata_settings(Section& section, SourceConfig& source) {
  if (source.kind == SourceKind::door && source.door != Door::odata) return;
  section.parsed("paging", "\"rowid\", \"key\" or \"skip\"", [&source](const std::string& text) {
    source.paging = text;
    return text == "rowid" || text == "key" || text == "skip";
  });
  section.text("empty_text", source.empty_text);
}

void read_server_source(Section& section,
                        const std::filesystem::path& folder,
                        SourceConfig& source) {
  section.required_text("server", source.server);
  section.required_text("database", source.database);
  read_names(section, source);
  read_odata_settings(section, source);
  if (source.kind == SourceKind::mixed) read_tasks(section, source.doors);
  section.required_text("user", source.user);
  section.required_text("password", source.password);
  read_account(section, folder, source);
  std::string backup;
  section.text("backup", backup);
  if (!backup.empty()) source.file = folder / backup;
  source.table = source.layout;
  section.text("backup_table", source.table);
  section.flag("allow_unclean", source.allow_unclean);
}

void read_file_source(Section& section, const std::filesystem::path& folder, SourceConfig& source) {
  std::string file;
  section.required_text("file", file);
  source.file = folder / file;
  section.text("table", source.table);
  section.texts("tables", source.tables);
  section.flag("allow_unclean", source.allow_unclean);
  source.database = source.file.stem().string();
  source.layout = source.table;
  section.text("server", source.server);
  section.text("database", source.database);
  section.text("layout", source.layout);
  section.text("user", source.user);
  section.text("password", source.password);
  read_account(section, folder, source);
}

// What `kind` may say.
struct KindName {
  std::string_view name;
  SourceKind kind;
  Door door;
};

constexpr std::array k_kinds{KindName{"dataapi", SourceKind::door, Door::data_api},
                             KindName{"odata", SourceKind::door, Door::odata},
                             KindName{"odbc", SourceKind::door, Door::odbc},
                             KindName{"mixed", SourceKind::mixed, Door::data_api},
                             KindName{"auto", SourceKind::automatic, Door::data_api},
                             KindName{"file", SourceKind::file, Door::data_api}};

bool read_kind(const std::string& text, SourceConfig& source) {
  const auto* known = std::ranges::find(k_kinds, text, &KindName::name);
  if (known == k_kinds.end()) return false;
  source.kind = known->kind;
  source.door = known->door;
  return true;
}

void read_source(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "source", problems);
  SourceConfig& source = config.source;
  section.parsed("kind", in_words(k_kinds), [&source](const std::string& text) {
    return read_kind(text, source);
  });
  section.text("ca", source.ca);
  section.flag("insecure", source.insecure);
  if (source.is_file()) {
    read_file_source(section, config.folder, source);
  } else {
    read_server_source(section, config.folder, source);
  }
  section.table("script");
  section.refuse_the_rest();
  if (!source.table.empty() && !source.tables.empty()) {
    problems.emplace_back("[source] takes table or tables, not both");
  }
}

void read_script(const toml::table& root, Config& config, Problems& problems) {
  const auto* source = root["source"].as_table();
  if (source == nullptr) return;
  Section section(*source, "script", problems);
  ScriptConfig& script = config.source.script;
  section.text("uploader", script.uploader);
  section.text("mark_and_stamp", script.mark_and_stamp);
  section.number("uploads_a_call", script.uploads_a_call, 1, 500);
  section.number("writes_a_call", script.writes_a_call, 1, 1000);
  section.parsed("url_lifetime", "a duration from \"1s\" to \"12h\"", [&](const std::string& text) {
    const auto lifetime = parse_duration(text);
    if (lifetime) script.url_lifetime = *lifetime;
    return lifetime && *lifetime >= std::chrono::seconds(1) && *lifetime <= std::chrono::hours(12);
  });
  section.refuse_the_rest();
}

void read_odbc(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "odbc", problems);
  OdbcConfig& odbc = config.odbc;
  section.text("dsn", odbc.dsn);
  section.text("driver", odbc.driver);
  section.number("port", odbc.port, 1, 65535);
  section.texts("streams", odbc.streams);
  section.text("extra", odbc.extra);
  section.text("library", odbc.library);
  section.refuse_the_rest();
}

// Every container value is a record, and the source itself gives it an id.
void read_record_of_whole_file(const toml::table& root, Config& config, Problems& problems) {
  config.job.id_field = "id";
  config.job.ids_per_container = true;
  if (root.contains("record")) {
    problems.emplace_back(
        "[record] needs [source] table: without one, every container value of the file is a "
        "record of its own");
  }
}

void read_record(const toml::table& root, Config& config, Problems& problems) {
  if (config.source.is_whole_file()) return read_record_of_whole_file(root, config, problems);
  Section section(root, "record", problems);
  JobSettings& job = config.job;
  section.text("id", job.id_field);
  section.texts("containers", job.containers);
  if (job.containers.empty()) problems.emplace_back("[record] containers is missing");
  section.text("parent", job.parent_field);
  section.text("day", job.day_field);
  section.text("category", job.category_field);
  section.text("mark", job.mark_field);
  section.text("stamp", job.stamp_field);
  for (auto& [key, naming] :
       {std::pair("md5", &job.md5_field), std::pair("length", &job.length_field)}) {
    section.parsed(key, "a name with {container} in it", [into = naming](const std::string& text) {
      *into = text;
      return text.find("{container}") != std::string::npos;
    });
  }
  section.parsed("stamp_zone", "\"local\", \"utc\" or \"+10:00\"", [&](const std::string& text) {
    const auto zone = parse_zone(text);
    if (zone) job.zone = *zone;
    return zone.has_value();
  });
  section.refuse_the_rest();
}

// What a template must name besides what every template must.
void check_key(const Config& config, Problems& problems) {
  const KeyTemplate& key = config.job.key;
  if (key.uses_record_id()) return;
  if (config.source.is_whole_file() && !key.uses_container()) {
    problems.emplace_back(
        "[store] key needs {container} beside {id}, or {recordId}: without [source] table, ids are "
        "numbers of records, which every table has");
  }
  if (config.job.id_field.empty()) {
    problems.emplace_back("[store] key names {id}, but [record] id is empty: use {recordId}");
  }
}

void read_store(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "store", problems);
  StoreConfig& store = config.store;
  section.required_text("url", store.url);
  std::string key = config.source.is_whole_file() ? "{container}/{id}.{ext}" : "{id}.{ext}";
  section.text("key", key);
  auto parsed = KeyTemplate::parse(key);
  if (parsed) {
    config.job.key = std::move(*parsed);
    check_key(config, problems);
  } else {
    problems.push_back("[store] key: " + parsed.error().what);
  }
  section.text("endpoint", store.endpoint);
  section.text("region", store.region);
  bool path_style = false;
  section.flag("path_style", path_style);
  if (path_style) store.addressing = "path";
  bool virtual_host = false;
  section.flag("virtual_host", virtual_host);
  if (virtual_host) store.addressing = "virtual";
  section.text("ca", store.ca);
  section.flag("insecure_http", store.insecure_http);
  section.parsed("sse", "\"AES256\" or \"aws:kms\"", [&](const std::string& text) {
    store.sse = text;
    return text == "AES256" || text == "aws:kms";
  });
  section.text("kms_key", store.kms_key);
  section.refuse_the_rest();
}

void read_catalogue(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "catalogue", problems);
  if (!section.present()) return;
  CatalogueConfig& catalogue = config.catalogue;
  std::string path;
  section.required_text("sqlite", path);
  if (!path.empty()) catalogue.sqlite = config.folder / path;
  section.text("app_label", catalogue.app_label);
  section.text("model", catalogue.model);
  section.text("parent_table", catalogue.parent_table);
  section.text("parent_metadata", catalogue.parent_metadata);
  section.text("parent_key", catalogue.parent_key);
  section.refuse_the_rest();
  if (config.job.parent_field.empty()) {
    problems.emplace_back(
        "[record] parent is missing: [catalogue] needs to know whose a record is");
  }
}

void read_pace(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "pace", problems);
  section.number("width", config.job.width, 1, 64);
  section.number("store_width", config.job.store_width, 1, 64);
  section.number("page_size", config.job.page_size, 2, 1000);
  section.number("tries", config.job.max_tries, 1, 100);
  section.parsed("patience", "a duration such as \"6h\" or \"30m\"", [&](const std::string& text) {
    const auto duration = parse_duration(text);
    if (duration) config.pace.breaker.patience = *duration;
    return duration.has_value();
  });
  section.parsed(
      "first_wait", "a duration such as \"2s\" or \"50ms\"", [&](const std::string& text) {
        const auto duration = parse_duration(text);
        const bool some = duration && duration->count() > 0;
        if (some) config.pace.breaker.first_wait = *duration;
        return some;
      });
  section.flag("adaptive", config.pace.adaptive);
  section.parsed(
      "max_rate", "calls a second such as \"2\" or \"0.5\"", [&](const std::string& text) {
        const auto rate = parse_rate(text);
        if (rate) config.pace.max_rate = *rate;
        return rate.has_value();
      });
  section.parsed("bwlimit",
                 "a rate such as \"2MB\", or a timetable such as \"08:00,500KB 19:00,off\"",
                 [&](const std::string& text) {
                   const auto timetable = parse_timetable(text);
                   if (timetable) config.pace.bandwidth = *timetable;
                   return timetable.has_value();
                 });
  section.refuse_the_rest();
}

void refuse_other_tables(const toml::table& root, Problems& problems) {
  static const std::vector<std::string> k_tables{
      "source", "odbc", "record", "store", "catalogue", "pace"};
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    if (std::ranges::find(k_tables, name) != k_tables.end()) continue;
    const auto hint = nearest(name, k_tables);
    problems.push_back("line " + std::to_string(node.source().begin.line) + ": unknown section " +
                       name + (hint.empty() ? "" : ", did you mean [" + hint + "]?"));
  }
}

}  // namespace

std::string Config::beside(const std::string& path) const {
  return path.empty() ? path : (folder / path).string();
}

PaceSettings Config::source_pace(std::string host) const {
  return {.host = std::move(host),
          .breaker = pace.breaker,
          .width = {.most = job.width},
          .adaptive = pace.adaptive,
          .max_rate = pace.max_rate,
          .bandwidth = pace.bandwidth};
}

PaceSettings Config::store_pace() const {
  return {.host = "store", .breaker = pace.breaker, .width = {.most = job.store_width}};
}

std::filesystem::path find_config(const std::string& given) {
  if (!given.empty()) return given;
  if (std::filesystem::exists("fmferry.toml")) return "fmferry.toml";
  std::filesystem::path base;
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && *xdg != '\0') {
    base = xdg;
  } else if (const char* home = std::getenv("HOME"); home != nullptr) {
    base = std::filesystem::path(home) / ".config";
  }
  const auto file = base / "fmferry" / "fmferry.toml";
  return !base.empty() && std::filesystem::exists(file) ? file : "fmferry.toml";
}

Result<Config> load_config(const std::filesystem::path& file) {
  const auto text = read_file(file, 1U << 20U);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(
        ErrorKind::invalid,
        "there is no " + file.string() + ": make one with `fmferry init`, or name it with -c");
  }
  if (!text) return fail(text.error());
  return parse_config(*text, file);
}

Result<Config> parse_config(const std::string& text, const std::filesystem::path& file) {
  toml::table root;
  try {
    root = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::invalid,
                file.string() + " line " + std::to_string(error.source().begin.line) + ": " +
                    std::string(error.description()));
  }
  Config config;
  config.folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  Problems problems;
  refuse_other_tables(root, problems);
  read_source(root, config, problems);
  read_script(root, config, problems);
  read_odbc(root, config, problems);
  read_record(root, config, problems);
  read_store(root, config, problems);
  read_catalogue(root, config, problems);
  read_pace(root, config, problems);
  if (problems.empty()) return config;
  std::string what = file.string() + " " + problems.front();
  if (problems.size() > 1) what += " (and " + std::to_string(problems.size() - 1) + " more)";
  return fail(ErrorKind::invalid, what);
}

Result<Secret> resolve_secret(const std::string& reference, const std::filesystem::path& folder) {
  if (reference.starts_with("env:")) {
    const char* value = std::getenv(reference.substr(4).c_str());
    if (value != nullptr && *value != '\0') return Secret(value);
    return fail(ErrorKind::denied,
                "the environment variable " + reference.substr(4) +
                    " with the source's password is not set");
  }
  if (reference.starts_with("file:")) {
    const auto path = folder / reference.substr(5);
    FMF_TRY_ASSIGN(const std::string text, read_file(path, 65536));
    const auto line = trim(std::string_view(text).substr(0, text.find('\n')));
    if (!line.empty()) return Secret(std::string(line));
    return fail(ErrorKind::denied, path.string() + " holds no password");
  }
  if (reference == "prompt") return ask_secret("Password of the source", "password");
  return fail(ErrorKind::invalid,
              "[source] password must say where the password is: \"env:NAME\", \"file:PATH\" or "
              "\"prompt\"");
}

}  // namespace fmferry
