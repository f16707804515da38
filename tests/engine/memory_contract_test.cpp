// SPDX-License-Identifier: Apache-2.0
#include "contract/source_contract.hpp"
#include "object_store_contract.hpp"
#include <fmferry/engine/backup_first_source.hpp>
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/engine/mixed_source.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/memory/memory_object_store.hpp>
#include <fmferry/memory/memory_source.hpp>

namespace fmferry::contract {
namespace {

std::shared_ptr<ObjectStore> empty_store() {
  return std::make_shared<MemoryObjectStore>(
      MemoryObjectStoreOptions{.part_size = 1 << 20, .page_size = 7});
}

const ObjectStoreCase k_memory{.name = "Memory", .make = empty_store};

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, testing::Values(k_memory), name_of_case);

SourceUnderTest source_that(bool tells_emptiness) {
  auto source =
      std::make_shared<MemorySource>(MemorySourceOptions{.containers = {"Full", "Thumb"},
                                                         .read_only_fields = {"id"},
                                                         .polite_page = 9,
                                                         .tells_emptiness = tells_emptiness});
  SourceUnderTest made{.source = source, .writable_field = "mark", .forbidden_field = "id"};
  for (int i = 1; i <= 25; ++i) {
    MemoryRecord record{.fields = {{"id", "id-" + std::to_string(i)}, {"mark", ""}}};
    KnownContainer full{.field = "Full"};
    KnownContainer thumb{.field = "Thumb"};
    if (i % 3 == 0) {
      record.unreachable.insert("Full");
      full.state = ContainerState::unreachable;
    } else {
      const auto body = made_bytes(static_cast<std::size_t>(i) * 5000, static_cast<unsigned>(i));
      record.bodies["Full"] = body;
      full = {.field = "Full",
              .state = ContainerState::filled,
              .length = static_cast<std::int64_t>(body.size()),
              .sha256 = to_hex(sha256(body))};
    }
    const auto id = source->add(std::move(record));
    made.records.push_back(
        {.record_id = id, .id = "id-" + std::to_string(i), .containers = {full, thumb}});
  }
  return made;
}

SourceUnderTest filled_source() {
  return source_that(true);
}

SourceUnderTest secretive_source() {
  return source_that(false);
}

const SourceCase k_secretive{.name = "Secretive", .make = secretive_source};

const SourceCase k_source{.name = "Memory", .make = filled_source};

// A source and what it stands on.
class Backed {
 public:
  Backed() : server_(filled_source()), backup_(filled_source()) {}

  Source& source() { return source_; }

  [[nodiscard]] const SourceUnderTest& server() const { return server_; }

 private:
  SourceUnderTest server_;
  SourceUnderTest backup_;
  BackupFirstSource source_{*server_.source, *backup_.source, "id"};
};

SourceUnderTest source_with_backup() {
  const auto backed = std::make_shared<Backed>();
  SourceUnderTest made = backed->server();
  made.source = std::shared_ptr<Source>(backed, &backed->source());
  return made;
}

const SourceCase k_backed{.name = "BackupFirst", .make = source_with_backup};

// The same table twice, of which only one shows what is filled, each behind its gate.
class Mixed {
 public:
  Mixed() : made_(filled_source()) {
    for (const auto& row : table().rows()) other_.add(row.record);
  }

  Source& source() { return source_; }

  [[nodiscard]] const SourceUnderTest& made() const { return made_; }

 private:
  [[nodiscard]] MemorySource& table() const { return static_cast<MemorySource&>(*made_.source); }

  SourceUnderTest made_;
  SystemClock clock_;
  MemorySource other_{{.containers = {"Full", "Thumb"},
                       .read_only_fields = {"id"},
                       .tells_emptiness = false,
                       .write_batch = 5}};
  GuardedSource lists_{*made_.source, PaceSettings{}, clock_, nullptr};
  GuardedSource fetches_{other_, PaceSettings{}, clock_, nullptr};
  MixedSource source_{lists_.top(), fetches_.top(), fetches_.top(), "id"};
};

SourceUnderTest mixed_source() {
  const auto mixed = std::make_shared<Mixed>();
  SourceUnderTest made = mixed->made();
  made.source = std::shared_ptr<Source>(mixed, &mixed->source());
  return made;
}

const SourceCase k_mixed{
    .name = "Mixed", .make = mixed_source, .traits = {.reads_as_listed = false}};

INSTANTIATE_TEST_SUITE_P(Memory,
                         SourceContract,
                         testing::Values(k_source, k_secretive, k_backed, k_mixed),
                         name_of_source_case);

}  // namespace
}  // namespace fmferry::contract
