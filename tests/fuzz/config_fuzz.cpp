// SPDX-License-Identifier: Apache-2.0
//
// Any text as fmferry.toml, and as each of the small languages within it.
#include "fuzzing.hpp"
#include <fmferry/app/config.hpp>
#include <fmferry/app/toml_text.hpp>
#include <fmferry/core/dates.hpp>
#include <fmferry/core/key_template.hpp>

namespace fmferry {
namespace {

using fuzzing::ignore;
using fuzzing::must;
using fuzzing::must_be_a_line;

// Whatever the template and the record say, a key stays within the store.
void make_keys(const KeyTemplate& key, std::string_view id) {
  const std::string made =
      "/" +
      key.make({.id = std::string(id), .record_id = 17, .container = "../a", .extension = "jpg"}) +
      "/";
  must(made.find("/../") == std::string::npos && made.find("/./") == std::string::npos);
  must_be_a_line(made);
}

void read_config(std::string_view text) {
  const auto config = parse_config(std::string(text), "fmferry.toml");
  if (!config) return must_be_a_line(to_line(config.error()));
  make_keys(config->job.key, "../a b/.");
  const auto pace = config->source_pace("source");
  must(pace.breaker.patience.count() >= 0 && pace.breaker.first_wait.count() > 0);
  must(config->job.width >= 1 && config->job.page_size >= 2);
}

void read_words(std::string_view text) {
  if (const auto span = parse_duration(text)) must(span->count() >= 0);
  if (const auto size = parse_size(text)) must(*size >= 0);
  const auto zone = parse_zone(text);
  if (const auto time = moment_of(text, zone.value_or(WallZone{.local = false}))) {
    ignore(filemaker_timestamp(*time, {.local = false}));
  }
  if (const auto day = iso_day(text)) must(day->size() == 10);
  if (const auto key = KeyTemplate::parse(text)) {
    make_keys(*key, text);
    must(KeyTemplate::parse(key->text()).has_value());
  }
}

// What `fmferry init` writes is read as it was meant.
void write_and_read(std::string_view text) {
  const std::string written =
      "[source]\nkind = \"file\"\ntable = \"T\"\nfile = \"f\"\n[record]\nid = " + toml_text(text) +
      "\ncontainers = [\"c\"]\n[store]\nurl = \"u\"\nkey = \"{recordId}\"\n";
  const auto config = parse_config(written, "fmferry.toml");
  must(!config || config->job.id_field == text);
}

}  // namespace
}  // namespace fmferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fmferry::fuzzing::view_of(data, size);
  fmferry::read_config(text);
  fmferry::read_words(text);
  fmferry::write_and_read(text);
  return 0;
}
