// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/dates.hpp>
#include <fmferry/core/key_template.hpp>
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/progress.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/catalogue.hpp>
#include <fmferry/ports/inspector.hpp>
#include <fmferry/ports/ledger.hpp>
#include <fmferry/ports/object_store.hpp>
#include <fmferry/ports/source.hpp>
#include <fmferry/ports/thumbnailer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fmferry {

// What is to be moved, and how politely.
struct JobSettings {
  std::string id_field{"id"};
  bool ids_per_container{false};  // each record has one container, and an id unique among those
  std::vector<std::string> containers{};     // the waterfall, best first
  ChoiceRule choice{ChoiceRule::first};      // which of them is moved
  std::string parent_field{};                // empty: records have no parent
  std::vector<std::string> parent_fields{};  // that tell the parent, in turn; empty: parent_field
  std::string day_field{};
  std::string category_field{};
  std::vector<std::string> mapped_fields{};  // others that the catalogue's mapping asks for
  std::string mark_field{};                  // empty: marks are not written
  std::string stamp_field{};                 // empty: stamps are not written
  // How the calculations with FileMaker's own MD5 and length of a container are named, with
  // "{container}" in it; empty: there are none.
  std::string md5_field{};
  std::string length_field{};
  KeyTemplate key{};
  KeyTemplate thumbnail_key{};  // what it can make, `key` can't
  WallZone zone{};              // how stamps are to be read at the source
  int width{4};                 // parallel calls to the source at most
  int store_width{8};
  int page_size{100};
  int link_batch{200};
  int max_tries{5};           // of a record, for faults of its own
  std::int64_t limit{0};      // records to take up in this run; 0: all
  std::int64_t max_bytes{0};  // to read from the source in this run; 0: no limit
};

// Everything that a phase works with. The phases own none of it.
struct Job {
  const JobSettings& settings;
  Source& source;
  ObjectStore& store;
  Ledger& ledger;
  Catalogue* catalogue;  // none: nothing is linked
  ContentInspectors& inspectors;
  Clock& clock;
  Progress& progress;
  Thumbnailer* thumbnailer{nullptr};  // none: no thumbnails are made
};

// The same job with another source, or another store.
[[nodiscard]] Job with_source(const Job& job, Source& source);
[[nodiscard]] Job with_store(const Job& job, ObjectStore& store);

// One step of one record into the ledger; durable when it returns.
[[nodiscard]] Status record_step(const Job& job, const StepUpdate& update);

// The fields that the phases look at, containers left out; in the order of the settings.
[[nodiscard]] std::vector<std::string> shown_fields(const JobSettings& settings);

// The field that goes with a container: "{container}_md5" and "photo" make "photo_md5".
[[nodiscard]] std::string attribute_field(const std::string& naming, const std::string& container);

// What a record's fields say before any byte was fetched.
[[nodiscard]] SeenRecord sight_of(const Record& record, const JobSettings& settings);

}  // namespace fmferry
