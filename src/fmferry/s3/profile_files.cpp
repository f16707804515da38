// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/s3/profile_files.hpp>

#include <system_error>

namespace fmferry::s3 {
namespace {

namespace fs = std::filesystem;

using Sections = std::map<std::string, std::map<std::string, std::string>>;

std::string without_comment(std::string_view line) {
  if (line.starts_with('#') || line.starts_with(';')) return {};
  const auto comment = std::min(line.find(" #"), line.find(" ;"));
  return std::string(trim(line.substr(0, comment)));
}

// AWS's dialect of INI: indented lines belong to a nested setting, of which we need none.
Sections parse_sections(std::string_view text) {
  Sections sections;
  std::string section;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (raw.starts_with(' ') || raw.starts_with('\t')) continue;
    const std::string line = without_comment(raw);
    if (line.starts_with('[') && line.ends_with(']')) {
      section = trim(std::string_view(line).substr(1, line.size() - 2));
      sections.try_emplace(section);
    } else if (const auto equals = line.find('='); equals != std::string::npos) {
      const std::string_view view = line;
      sections[section][to_lower(trim(view.substr(0, equals)))] = trim(view.substr(equals + 1));
    }
  }
  return sections;
}

Result<Sections> read_sections(const fs::path& path) {
  std::error_code ignored;
  if (path.empty() || !fs::exists(path, ignored)) return Sections{};
  auto text = read_file(path, 1U << 20U);
  if (!text)
    return fail(ErrorKind::denied, "cannot read " + path.string() + ": " + text.error().what);
  return parse_sections(*text);
}

fs::path path_from(const Environment& environment, const std::string& variable, const char* usual) {
  const std::string home = environment("HOME");
  const std::string named = environment(variable);
  if (named.empty()) return home.empty() ? fs::path{} : fs::path(home) / ".aws" / usual;
  if (named.starts_with("~/") && !home.empty()) return fs::path(home) / named.substr(2);
  return named;
}

}  // namespace

fs::path credentials_file(const Environment& environment) {
  return path_from(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

fs::path config_file(const Environment& environment) {
  return path_from(environment, "AWS_CONFIG_FILE", "config");
}

Result<AwsProfile> read_profile(const Environment& environment) {
  AwsProfile profile{.name = environment("AWS_PROFILE")};
  if (profile.name.empty()) profile.name = "default";
  FMF_TRY_ASSIGN(const Sections credentials, read_sections(credentials_file(environment)));
  FMF_TRY_ASSIGN(const Sections config, read_sections(config_file(environment)));
  const auto take = [&profile](const Sections& sections, const std::string& section) {
    const auto found = sections.find(section);
    if (found == sections.end()) return;
    profile.found = true;
    for (const auto& [name, value] : found->second) profile.values.try_emplace(name, value);
  };
  take(credentials, profile.name);
  take(config, "profile " + profile.name);
  if (profile.name == "default") take(config, "default");
  return profile;
}

}  // namespace fmferry::s3
