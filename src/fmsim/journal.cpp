// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/file_text.hpp>
#include <fmsim/journal.hpp>
#include <fmsim/json_text.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace fmsim {
namespace {

constexpr std::array<std::string_view, 7> k_names{
    "edit", "create", "duplicate", "append", "remove", "upload", "empty"};

std::string as_line(const JournalEntry& entry, const std::string& upload) {
  std::string line = "{";
  append_member(line, "what", k_names[static_cast<std::size_t>(entry.what)]);
  append_raw_member(line, "table", std::to_string(entry.table));
  append_raw_member(line, "slot", std::to_string(entry.slot));
  append_raw_member(line, "modId", std::to_string(entry.mod_id));
  if (entry.what == JournalEntry::What::duplicate) {
    append_raw_member(line, "source", std::to_string(entry.source));
  }
  if (!entry.fields.empty()) {
    std::string fields = "{";
    for (const auto& [field, value] : entry.fields) {
      append_member(fields, std::to_string(field), value);
    }
    append_raw_member(line, "fields", fields + "}");
  }
  const bool upload_line = entry.what == JournalEntry::What::upload;
  if (upload_line || entry.what == JournalEntry::What::empty) {
    append_raw_member(line, "container", std::to_string(entry.container));
  }
  if (upload_line) {
    append_member(line, "fileName", entry.file_name);
    append_member(line, "mediaType", entry.media_type);
    append_member(line, "upload", upload);
  }
  return line + "}\n";
}

JournalEntry from_line(const nlohmann::json& line, const std::string& folder) {
  JournalEntry entry;
  const auto what = line.at("what").get<std::string>();
  for (std::size_t i = 0; i < k_names.size(); ++i) {
    if (k_names[i] == what) entry.what = static_cast<JournalEntry::What>(i);
  }
  entry.table = line.at("table").get<std::size_t>();
  entry.slot = line.at("slot").get<std::uint64_t>();
  entry.mod_id = line.at("modId").get<std::uint64_t>();
  entry.source = line.value("source", std::uint64_t{0});
  if (line.contains("fields")) {
    for (const auto& [field, value] : line.at("fields").items()) {
      entry.fields[std::stoul(field)] = value.get<std::string>();
    }
  }
  entry.container = line.value("container", std::size_t{0});
  if (entry.what == JournalEntry::What::upload) {
    entry.file_name = line.at("fileName").get<std::string>();
    entry.media_type = line.at("mediaType").get<std::string>();
    const auto bytes = read_whole(folder + "/uploads/" + line.at("upload").get<std::string>());
    entry.bytes = std::make_shared<const std::string>(bytes.value_or(""));
  }
  return entry;
}

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(file, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw std::runtime_error("cannot write edits.jsonl");
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace

struct Journal::File {
  explicit File(std::string where) : folder(std::move(where)), path(folder + "/edits.jsonl") {}

  File(const File&) = delete;
  File& operator=(const File&) = delete;

  ~File() {
    if (handle >= 0) ::close(handle);
  }

  std::string folder;
  std::string path;
  int handle{-1};
};

Journal::Journal() = default;
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

Journal::Journal(const std::string& folder, const std::string& clinic, bool fresh)
    : file_(std::make_unique<File>(folder)) {
  if (fresh) std::filesystem::remove(file_->path);
  std::string first;
  std::ifstream in(file_->path);
  const bool begun = static_cast<bool>(std::getline(in, first)) && !first.empty();
  if (begun && first != clinic) {
    throw std::runtime_error(file_->path +
                             " belongs to another clinic (seed, records or corpus differ): "
                             "take its options, another --dir, or --fresh to drop the edits");
  }
  file_->handle = ::open(file_->path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_->handle < 0) throw std::runtime_error("cannot write " + file_->path);
  if (!begun) write_all(file_->handle, clinic + "\n");
}

void Journal::replay(const std::function<void(const JournalEntry&)>& entry) {
  if (!file_) return;
  std::ifstream in(file_->path);
  std::string text;
  std::getline(in, text);
  std::uintmax_t whole = text.size() + 1;
  while (std::getline(in, text) && !in.eof()) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    if (line.is_discarded()) break;
    entry(from_line(line, file_->folder));
    whole += text.size() + 1;
  }
  std::error_code ignored;
  if (std::filesystem::file_size(file_->path, ignored) > whole) {
    std::filesystem::resize_file(file_->path, whole, ignored);
  }
}

std::string Journal::write_upload(const std::string& bytes) const {
  Sha256 hash;
  hash.add(bytes);
  std::string name = hash.hex();
  std::filesystem::create_directories(file_->folder + "/uploads");
  std::ofstream(file_->folder + "/uploads/" + name, std::ios::binary) << bytes;
  return name;
}

void Journal::append(const JournalEntry& entry) {
  if (!file_) return;
  const bool upload = entry.what == JournalEntry::What::upload;
  write_all(file_->handle, as_line(entry, upload ? write_upload(*entry.bytes) : ""));
}

}  // namespace fmsim
