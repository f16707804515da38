// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fmsim {

// One change of the clinic, as a line of edits.jsonl.
struct JournalEntry {
  enum class What : std::uint8_t { edit, create, duplicate, append, remove, upload, empty };

  What what{What::edit};
  std::size_t table{0};
  std::uint64_t slot{0};
  std::uint64_t mod_id{0};
  std::uint64_t source{0};                    // duplicate: the slot that was copied
  std::map<std::size_t, std::string> fields;  // edit, create
  std::size_t container{0};                   // upload, empty
  std::string file_name;
  std::string media_type;
  std::shared_ptr<const std::string> bytes;
};

// The append-only file that makes edits survive a restart. The first line names the clinic.
// Not thread-safe: the owner writes under its own lock.
class Journal {
 public:
  // Keeps nothing: for tests and for runs without a folder.
  Journal();

  // Opens or begins `folder`/edits.jsonl. Throws std::runtime_error with one clear line when the
  // file belongs to another clinic; `fresh` drops it first.
  Journal(const std::string& folder, const std::string& clinic, bool fresh);

  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  // Calls `entry` for every change kept, oldest first. A line cut off by a crash ends the replay.
  void replay(const std::function<void(const JournalEntry&)>& entry);

  // Handed to the operating system before it returns, so it survives a kill.
  void append(const JournalEntry& entry);

 private:
  struct File;

  std::string write_upload(const std::string& bytes) const;

  std::unique_ptr<File> file_;
};

}  // namespace fmsim
