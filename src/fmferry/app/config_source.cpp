// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>

#include <algorithm>
#include <array>

namespace fmferry {
namespace {

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

void read_allowance(Section& section, SourceConfig& source) {
  section.parsed("allowance", "a size such as \"24GB\"", [&source](const std::string& text) {
    const auto size = parse_size(text);
    source.allowance = size.value_or(0);
    return source.allowance > 0;
  });
  section.parsed(
      "allowance_from", "a day such as \"2026-03-01\"", [&source](const std::string& text) {
        source.allowance_from = iso_day(text).value_or("");
        return source.allowance_from == text;
      });
}

void read_server_source(Section& section,
                        const std::filesystem::path& folder,
                        SourceConfig& source) {
  section.required_text("server", source.server);
  section.required_text("database", source.database);
  read_names(section, source);
  read_odata_settings(section, source);
  if (source.kind == SourceKind::mixed) read_tasks(section, source.doors);
  const bool only_odbc = source.kind == SourceKind::door && source.door == Door::odbc;
  if (!only_odbc) section.flag("parts", source.parts);
  section.required_text("user", source.user);
  section.required_text("password", source.password);
  read_account(section, folder, source);
  read_allowance(section, source);
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

}  // namespace

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

}  // namespace fmferry
