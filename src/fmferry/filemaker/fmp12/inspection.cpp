// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/cursor.hpp>
#include <fmferry/filemaker/fmp12/inspection.hpp>
#include <fmferry/filemaker/fmp12/node_children.hpp>
#include <fmferry/filemaker/fmp12/survey.hpp>

#include <algorithm>
#include <array>

namespace fmferry::fmp12 {
namespace {

constexpr std::size_t k_flaws_kept = 100;
constexpr std::int64_t k_sectors_between_reports = 4096;

class Check {
 public:
  Check(const Database& database, const std::function<Status(std::int64_t)>& on_progress)
      : database_(database), file_(database.sectors()), on_progress_(on_progress) {}

  Result<CheckReport> run() {
    FMF_TRY(check_heads());
    FMF_TRY(check_index());
    FMF_TRY(check_leaves());
    for (const auto& table : database_.tables()) {
      FMF_TRY(check_rows(table));
      FMF_TRY(check_objects(table));
    }
    return std::move(report_);
  }

 private:
  // A flaw is noted and the work goes on; what is no flaw of the file's ends it.
  Status note(const std::string& where, const Status& status) {
    if (status) return {};
    if (status.error().kind != ErrorKind::corrupt) return status;
    ++report_.flaw_count;
    if (report_.flaws.size() < k_flaws_kept) {
      report_.flaws.push_back({.where = where, .what = to_line(status.error())});
    }
    return {};
  }

  Status flaw(const std::string& where, const std::string& what) {
    return note(where, fail(ErrorKind::corrupt, what));
  }

  Status report_progress(std::int64_t sectors) {
    done_ += sectors * static_cast<std::int64_t>(k_sector);
    return on_progress_ ? on_progress_(done_) : Status{};
  }

  // Every sector as it lies in the file.
  Status check_heads() {
    SectorReader reader(file_);
    std::uint32_t newest = 0;
    for (std::uint32_t id = k_root; id < file_.count(); ++id) {
      const auto sector = reader.get(id);
      FMF_TRY(note("", sector ? Status{} : fail(sector.error())));
      if (!sector) continue;
      newest = std::max(newest, sector->stamp);
      ++(sector->level == 0              ? report_.leaves
         : sector->level == k_free_level ? report_.free_sectors
                                         : report_.inner_nodes);
      if (id % k_sectors_between_reports == 0) {
        FMF_TRY(report_progress(k_sectors_between_reports));
      }
    }
    const FileHeader& header = file_.header();
    if (header.closed_cleanly && !header.fp7 && newest != header.commit_counter) {
      return flaw("the header", "it counts other commits than the newest sector");
    }
    return {};
  }

  // The children of one level's nodes, in order, are the chain of the level below.
  Status check_index() {
    SectorReader reader(file_);
    const auto root = reader.get(k_root);
    if (!root) return {};  // noted already
    std::uint32_t first = k_root;
    for (std::uint32_t level = root->level; level > 0; --level) {
      std::uint32_t below = 0;
      const Status status = check_level(level, first, below);
      FMF_TRY(note("the index", status));
      if (!status) return {};
      first = below;
    }
    return {};
  }

  Status check_level(std::uint32_t level, std::uint32_t first, std::uint32_t& below) {
    SectorReader nodes(file_);
    SectorReader children(file_);
    std::uint32_t id = first;
    std::uint32_t expected = 0;  // the next child by the chain below; 0: not known yet
    std::uint32_t before = 0;
    std::uint32_t walked = 0;
    while (id != 0) {
      FMF_TRY_ASSIGN(const Sector node, nodes.get(id));
      if (node.level != level)
        return fail(broken(id, "it is on another level than its neighbours"));
      if (++walked > file_.count()) return fail(broken(id, "the index goes round in a circle"));
      NodeChildren list(node);
      while (true) {
        FMF_TRY_ASSIGN(const bool more, list.next());
        if (!more) break;
        if (below == 0) below = list.child();
        if (expected != 0 && list.child() != expected) {
          return fail(broken(id, "its children are not the chain of the level below"));
        }
        FMF_TRY_ASSIGN(const Sector child, children.get(list.child()));
        if (child.level + 1 != level || child.previous != before) {
          return fail(broken(child.id, "it is not where the index has it"));
        }
        before = child.id;
        expected = child.next;
        if (++walked > 2 * file_.count())
          return fail(broken(id, "the index goes round in a circle"));
      }
      id = id == k_root ? 0 : node.next;
    }
    if (expected != 0) return fail(broken(before, "the index does not know the sectors after it"));
    return {};
  }

  Status check_leaves() {
    std::int64_t walked = 0;
    const Status status = walk_leaves(walked);
    FMF_TRY(note("the tree", status));
    if (!status || walked == report_.leaves) return {};
    return flaw("the tree",
                "it has " + std::to_string(report_.leaves) + " leaves, of which " +
                    std::to_string(walked) + " are in their chain");
  }

  Status walk_leaves(std::int64_t& walked) {
    Cursor cursor(file_);
    Cursor index(file_);
    FMF_TRY(cursor.rewind());
    std::uint32_t leaf = 0;
    while (true) {
      FMF_TRY_ASSIGN(const Cursor::Event event, cursor.next());
      const bool first_of_leaf = cursor.sector() != leaf;
      leaf = cursor.sector();
      if (first_of_leaf && ++walked % k_sectors_between_reports == 0) {
        FMF_TRY(report_progress(k_sectors_between_reports));
      }
      if (event == Cursor::Event::end) return {};
      if (event != Cursor::Event::entry) continue;
      ++report_.entries;
      if (!first_of_leaf) continue;
      Path place = cursor.path();
      place.push(cursor.key());
      FMF_TRY_ASSIGN(const std::uint32_t found, index.leaf_before(place));
      if (found != leaf) return fail(broken(leaf, "the index looks for its entries elsewhere"));
    }
  }

  Status check_rows(const Table& table) {
    const std::string where = "table " + table.name;
    auto found = survey(database_, table);
    FMF_TRY(note(where, found ? Status{} : fail(found.error())));
    survey_ = found ? std::move(*found) : TableSurvey{};
    report_.records += survey_.records;
    return note(where,
                database_.rows(
                    table,
                    0,
                    [](std::uint32_t) { return true; },
                    [&](Row& row) -> Result<bool> {
                      FMF_TRY(check_texts(where, row));
                      return true;
                    }));
  }

  Status check_texts(const std::string& where, const Row& row) {
    for (const auto& cell : row.cells) {
      const auto text = text_of(cell);
      if (text) continue;
      FMF_TRY(
          note(where + " record " + std::to_string(row.id) + " field " + std::to_string(cell.field),
               fail(text.error())));
    }
    return {};
  }

  Status check_objects(const Table& table) {
    const std::string where = "table " + table.name;
    std::int64_t objects = 0;
    const Status walk =
        database_.objects(table, [&](const ContainerObject& object) -> Result<bool> {
          ++objects;
          FMF_TRY(check_object(table, where + " object " + to_hex(object.key), object));
          return true;
        });
    FMF_TRY(note(where, walk));
    report_.objects += objects;
    if (!walk || objects == survey_.objects) return {};
    return flaw(where,
                "its container store counts " + std::to_string(survey_.objects) +
                    " objects and has " + std::to_string(objects));
  }

  Status check_object(const Table& table, const std::string& where, const ContainerObject& object) {
    std::int64_t bytes = 0;
    const Status streamed = database_.stream(table, object, [&](ByteView part) -> Status {
      bytes += static_cast<std::int64_t>(part.size());
      return on_progress_ ? on_progress_(done_) : Status{};
    });
    FMF_TRY(note(where, streamed));
    if (streamed) {
      ++report_.proven_objects;
      report_.proven_bytes += bytes;
    }
    if (survey_.uses_of(object.key) > object.references) {
      return flaw(where, "more records name it than FileMaker counted");
    }
    return {};
  }

  const Database& database_;
  const SectorFile& file_;
  const std::function<Status(std::int64_t)>& on_progress_;
  CheckReport report_;
  TableSurvey survey_;  // of the table at hand
  std::int64_t done_{0};
};

}  // namespace

Result<CheckReport> check(const Database& database,
                          const std::function<Status(std::int64_t)>& on_progress) {
  return Check(database, on_progress).run();
}

}  // namespace fmferry::fmp12
