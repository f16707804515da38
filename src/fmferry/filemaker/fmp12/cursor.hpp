// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/byte_code.hpp>
#include <fmferry/filemaker/fmp12/keys.hpp>
#include <fmferry/filemaker/fmp12/sector_file.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

// A place in the tree's one nested dictionary, moving forward through entries and directories in
// their order. Checks as it goes that leaves agree with their neighbours, that payloads parse to
// their very end, that directories continue where the leaf before left them, and that everything
// ascends; what does not is `corrupt`. So no damaged link can make it loop. Not thread-safe; after
// an error only seek() is of use.
class Cursor {
 public:
  enum class Event {
    entry,  // path(), key(), value()
    enter,  // path() is the directory, key() its own
    leave,  // path() is where it lay, key() its own
    end,    // of the whole tree
  };

  explicit Cursor(const SectorFile& file);

  // next() gives the first entry or directory that is at `target` or after it. The directories
  // above it count as entered.
  Status seek(const Path& target);
  // next() gives the very first one.
  Status rewind();

  Result<Event> next();

  // The leaf in which the index looks for `target`.
  Result<std::uint32_t> leaf_before(const Path& target);

  [[nodiscard]] const Path& path() const { return path_; }

  [[nodiscard]] ByteView key() const { return key_; }  // until the next call

  [[nodiscard]] ByteView value() const { return value_; }  // until the next call

  [[nodiscard]] std::uint32_t sector() const { return leaf_.id; }

 private:
  Status open_leaf(std::uint32_t id);
  Status begin_in(std::uint32_t leaf);
  [[nodiscard]] bool is_before(Event event, const Path& target) const;
  [[nodiscard]] bool is_after(Event event, const Path& target) const;
  Status next_leaf();
  Status reenter(ByteView payload, bool continues);
  Result<Event> entered(ByteView key);
  Result<Event> left();
  Status ascend_to(ByteView key);
  [[nodiscard]] Error bad(const std::string& what) const;

  const SectorFile& file_;
  SectorReader leaves_;
  SectorReader nodes_;
  Sector leaf_;
  PayloadReader payload_{{}, true};
  Path path_;
  // The last key seen in each open directory, the root's first; nothing yet: not known.
  std::vector<std::optional<std::string>> last_keys_;
  std::string left_key_;
  ByteView key_;
  ByteView value_;
  std::uint64_t leaves_walked_{0};
  bool at_start_{false};  // of the whole tree: its opening mark is still to come
  bool ended_{false};
  bool held_back_{false};  // seek() has found the event that next() is to give
  Event held_{Event::end};
};

}  // namespace fmferry::fmp12
