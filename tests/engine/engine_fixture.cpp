// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"

#include <fmferry/engine/pipeline.hpp>
#include <fmferry/foundation/digest.hpp>

namespace fmferry::test {
namespace {

class TextInspector final : public ContentInspector {
 public:
  void update(ByteView bytes) override { text_.append(bytes); }

  Inspection so_far() override { return finish(); }

  Inspection finish() override {
    Inspection found;
    if (text_.starts_with("JPG")) {
      found = {.media_type = "image/jpeg", .extension = "jpg", .integrity = Integrity::whole};
    } else if (text_.starts_with("PNG")) {
      found = {.media_type = "image/png", .extension = "png", .integrity = Integrity::whole};
    }
    if (text_.find("BAD") != std::string::npos) {
      found.integrity = Integrity::malformed;
    } else if (text_.find("CUT") != std::string::npos ||
               (found.integrity == Integrity::whole && !text_.ends_with('.'))) {
      found.integrity = Integrity::truncated;
    }
    set_size(found);
    return found;
  }

 private:
  void set_size(Inspection& found) const {
    const auto begin = text_.find('[');
    const auto cross = text_.find('x', begin);
    if (begin == std::string::npos || cross == std::string::npos ||
        text_.find(']', cross) == std::string::npos) {
      return;
    }
    found.width = std::stoi(text_.substr(begin + 1));
    found.height = std::stoi(text_.substr(cross + 1));
  }

  std::string text_;
};

// In memory where the system has such a folder: these tests cut calls and not the power.
std::filesystem::path a_new_folder() {
  const std::filesystem::path memory("/dev/shm");
  const bool there = std::filesystem::is_directory(memory);
  return (there ? memory : std::filesystem::temp_directory_path()) /
         ("fmferry-engine-" + uuid_v4());
}

}  // namespace

std::unique_ptr<ContentInspector> TextInspectors::open() {
  return std::make_unique<TextInspector>();
}

World::World() : World({.containers = {"Full", "Large", "Thumb"}, .slice = 7}) {}

World::World(MemorySourceOptions options)
    : folder(a_new_folder()),
      source(std::move(options)),
      store({.part_size = 64, .page_size = 3}),
      faulty_source_(source,
                     [this](std::string_view what, const std::string& on) {
                       return ask(source_rule, what, on);
                     }),
      faulty_store_(store, [this](std::string_view what, const std::string& on) {
        return ask(store_rule, what, on);
      }) {
  std::filesystem::create_directories(folder);
  settings.containers = {"Full", "Large", "Thumb"};
  settings.parent_field = "patient";
  settings.day_field = "day";
  settings.mark_field = "mark";
  settings.stamp_field = "stamp";
  settings.zone = {.local = false};
  settings.key = *KeyTemplate::parse("images/{id}.{ext}");
  settings.page_size = 10;
  catalogue.add_parent("P1", "11111111-1111-1111-1111-111111111111");
  reopen_ledger();
}

World::~World() {
  ledger.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

std::optional<Fault> World::ask(const FaultRule& rule,
                                std::string_view what,
                                const std::string& on) {
  if (!rule) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  return rule(what, on);
}

RecordId World::add(std::map<std::string, std::string, std::less<>> bodies) {
  MemoryRecord record{.bodies = std::move(bodies)};
  const auto number = source.rows().empty() ? 1 : source.rows().back().record_id + 1;
  record.fields = {{"id", "id-" + std::to_string(number)},
                   {"patient", "P1"},
                   {"day", "11/22/2026"},
                   {"mark", ""},
                   {"stamp", ""}};
  return source.add(std::move(record));
}

Job World::job() {
  source_gate.width.most = settings.width;
  store_gate.width.most = settings.store_width;
  guarded_source_ = std::make_unique<GuardedSource>(faulty_source_, source_gate, *clock, &progress);
  guarded_store_ = std::make_unique<GuardedStore>(faulty_store_, store_gate, *clock, nullptr);
  return {.settings = settings,
          .source = guarded_source_->top(),
          .store = guarded_store_->top(),
          .ledger = *ledger,
          .catalogue = &catalogue,
          .inspectors = inspectors,
          .clock = *clock,
          .progress = progress};
}

Status World::run() {
  return run(job());
}

Status World::run(const Job& job, const CallContext& context) {
  return pursue(job, Goal::everything, context);
}

LedgerRow World::row(RecordId record_id) {
  const auto found = ledger->rows(record_id - 1, 1);
  if (!found || found->empty() || found->front().seen.record_id != record_id) {
    ADD_FAILURE() << "there is no record " << record_id;
    return {};
  }
  return found->front();
}

std::vector<LedgerRow> World::rows() {
  return ledger->rows(0, 100'000).value_or(std::vector<LedgerRow>{});
}

LedgerCounts World::counts() {
  const auto counts = ledger->counts();
  EXPECT_TRUE(counts);
  return counts.value_or(LedgerCounts{});
}

void World::reopen_ledger() {
  ledger.reset();
  auto opened = SqliteLedger::open(folder / "fmferry.db", clock);
  ASSERT_TRUE(opened) << to_line(opened.error());
  ledger = std::move(*opened);
}

std::string World::outcome(const Status& status) {
  return status ? "ok" : std::string(name_of(status.error().kind));
}

std::string World::field(RecordId record_id, const std::string& name) {
  const auto row = source.row(record_id);
  const auto found = row.record.fields.find(name);
  return found == row.record.fields.end() ? "-" : found->second;
}

std::string World::stored(const std::string& key) {
  const auto objects = store.objects();
  const auto found = objects.find(key);
  return found == objects.end() ? "-" : found->second.bytes;
}

}  // namespace fmferry::test
