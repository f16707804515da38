// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>

namespace fmferry {
namespace {

constexpr int k_largest_edge = 2048;
constexpr int k_most_pixels = 2'000'000'000;
constexpr std::int64_t k_least_memory = 32 << 20;
constexpr std::int64_t k_largest_file = 1 << 30;

void check_key(const Config& config, Problems& problems) {
  const KeyTemplate& key = config.job.thumbnail_key;
  const KeyTemplate& objects = config.job.key;
  if (!objects.needs_unique_ids() && key.needs_unique_ids()) {
    problems.emplace_back(
        "[thumbnails] key needs {recordId} or {sha256} as [store] key has it: records may share an "
        "id then");
  }
  if (key.uses_id() && config.job.id_field.empty()) {
    problems.emplace_back("[thumbnails] key names {id}, but [record] id is empty: use {recordId}");
  }
  if (config.source.is_whole_file() && key.needs_unique_ids() && !key.uses_container()) {
    problems.emplace_back("[thumbnails] key needs {container} beside {id}, as [store] key does");
  }
  const std::string folder = key.fixed_folder();
  if (folder.empty() || objects.fixed_prefix().starts_with(folder) || key.may_meet(objects)) {
    problems.emplace_back(
        "[thumbnails] key must begin with a folder that [store] key never uses, such as "
        "\"thumbnails/\"");
  }
}

void read_key(Section& section, Config& config, Problems& problems) {
  std::string key = "thumbnails/" + config.job.key.text();
  section.text("key", key);
  auto parsed = KeyTemplate::parse(key);
  if (!parsed) {
    problems.push_back("[thumbnails] key: " + parsed.error().what);
    return;
  }
  config.job.thumbnail_key = std::move(*parsed);
  // What is wrong with [store] key was said already.
  if (!config.job.key.text().empty()) check_key(config, problems);
}

}  // namespace

void read_thumbnails(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "thumbnails", problems);
  if (!section.present()) return;
  ThumbnailConfig& thumbnails = config.thumbnails;
  thumbnails.wanted = true;
  read_key(section, config, problems);
  section.number("edge", thumbnails.edge, 16, k_largest_edge);
  section.number("quality", thumbnails.quality, 1, 100);
  section.parsed("format", "\"jpeg\" or \"webp\"", [&](const std::string& text) {
    thumbnails.webp = text == "webp";
    return thumbnails.webp || text == "jpeg";
  });
  section.number("max_pixels", thumbnails.max_pixels, 1, k_most_pixels);
  section.parsed("max_bytes", "a size from \"1KB\" to \"1GiB\"", [&](const std::string& text) {
    const auto size = parse_size(text);
    if (size) thumbnails.max_bytes = *size;
    return size && *size >= 1000 && *size <= k_largest_file;
  });
  section.parsed(
      "memory", "a size such as \"512MB\", 32 MiB at least", [&](const std::string& text) {
        const auto size = parse_size(text);
        if (size) thumbnails.memory = *size;
        return size && *size >= k_least_memory;
      });
  section.number("seconds", thumbnails.seconds, 1, 3600);
  section.number("workers", thumbnails.workers, 1, 64);
  section.refuse_the_rest();
}

}  // namespace fmferry
