// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>
#include <fmferry/app/terminal.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <algorithm>
#include <cstdlib>

namespace fmferry {
namespace {

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
  section.parsed(
      "choice", R"("first", "largest" or "most-pixels")", [&job](const std::string& text) {
        const auto rule = choice_rule_from(text);
        job.choice = rule.value_or(ChoiceRule::first);
        return rule.has_value();
      });
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
  if (config.source.is_whole_file() && key.needs_unique_ids() && !key.uses_container()) {
    problems.emplace_back(
        "[store] key needs {container} beside {id}, or {recordId}: without [source] table, ids are "
        "numbers of records, which every table has");
  }
  if (key.uses_id() && config.job.id_field.empty()) {
    problems.emplace_back(
        "[store] key names {id}, but [record] id is empty: use {recordId} or {sha256}");
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

void refuse_other_tables(const toml::table& root, Problems& problems) {
  static const std::vector<std::string> k_tables{
      "source", "odbc", "record", "store", "catalogue", "pace", "thumbnails"};
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
  read_thumbnails(root, config, problems);
  if (problems.empty()) return config;
  // A name that is not known is often why another one is missing.
  std::stable_partition(problems.begin(), problems.end(), [](const std::string& problem) {
    return problem.find("unknown ") != std::string::npos;
  });
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
    const auto text = read_file(path, 65536);
    if (!text && text.error().kind == ErrorKind::not_found) {
      return fail(ErrorKind::denied, "there is no file " + path.string() + " with the password");
    }
    if (!text) return fail(text.error());
    const auto line = trim(std::string_view(*text).substr(0, text->find('\n')));
    if (!line.empty()) return Secret(std::string(line));
    return fail(ErrorKind::denied, path.string() + " holds no password");
  }
  if (reference == "prompt") return ask_secret("Password of the source", "password");
  return fail(ErrorKind::invalid,
              "[source] password must say where the password is: \"env:NAME\", \"file:PATH\" or "
              "\"prompt\"");
}

}  // namespace fmferry
