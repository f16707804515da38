// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/header.hpp>
#include <fmsim/fmp12/opcode.hpp>
#include <fmsim/fmp12/writer.hpp>
#include <fmsim/random.hpp>

#include <stdexcept>
#include <utility>

namespace fmsim::fmp12 {

Writer::Writer(const std::string& path, FileOptions options)
    : options_(std::move(options)),
      file_(path),
      numbers_(options_.mixed, options_.seed),
      inner_(
          options_.inner_fill,
          [this] { return numbers_.take(); },
          [this](std::uint32_t sector, SectorHead head, const std::string& payload) {
            head.stamp = stamp_of(sector);
            file_.write(sector, sector_bytes(head, payload));
          }),
      counter_(20'000 + static_cast<std::uint32_t>(mix(options_.seed) % 500'000)),
      last_keys_(1),
      sector_(numbers_.take()) {
  std::string begin;
  put_byte(begin, k_begin_code);
  put(Separator::At::start, {}, begin);
}

std::uint32_t Writer::stamp_of(std::uint32_t sector) const {
  // The root has the newest stamp: every commit changes it.
  if (sector == k_root) return counter_;
  return 1 + static_cast<std::uint32_t>(mix(options_.seed ^ sector) % counter_);
}

void Writer::check_order(std::string_view key) {
  std::string& last = last_keys_.back();
  if (!last.empty() && key <= std::string_view(last)) throw std::logic_error("keys out of order");
  last = key;
}

void Writer::begin(std::string_view key) {
  check_order(key);
  operation_.clear();
  put_push(operation_, key);
  // A directory's creation and its begin stay in one sector.
  put_byte(operation_, k_begin_code);
  put(Separator::At::start, key, operation_);
  path_.emplace_back(key);
  last_keys_.emplace_back();
}

void Writer::end() {
  if (path_.empty()) throw std::logic_error("no directory is open");
  operation_.clear();
  put_byte(operation_, k_end_code);
  put(Separator::At::end, {}, operation_);
  path_.pop_back();
  last_keys_.pop_back();
}

void Writer::entry(std::string_view key, std::string_view value) {
  check_order(key);
  operation_.clear();
  put_entry(operation_, key, value);
  put(Separator::At::entry, key, operation_);
}

void Writer::put(Separator::At at, std::string_view key, std::string_view operation) {
  if (!leaf_is_fresh_ && leaf_.size() + operation.size() > options_.leaf_fill) next_leaf();
  if (leaf_.size() + operation.size() > k_payload) throw std::logic_error("does not fit a sector");
  if (leaf_is_fresh_) {
    Separator separator{path_, at, at == Separator::At::entry ? std::string(key) : std::string()};
    if (at == Separator::At::start && !key.empty()) separator.path.emplace_back(key);
    inner_.add(std::move(separator), sector_);
    leaf_is_fresh_ = false;
  }
  leaf_ += operation;
}

void Writer::next_leaf() {
  const std::uint32_t next = numbers_.take();
  write_leaf(next);
  previous_ = sector_;
  sector_ = next;
  leaf_.clear();
  leaf_is_fresh_ = true;
  for (const std::string& key : path_) put_push(leaf_, key);
}

void Writer::write_leaf(std::uint32_t next) {
  file_.write(sector_, sector_bytes({previous_, next, 0, stamp_of(sector_)}, leaf_));
  ++leaves_;
  if (stale_.empty()) stale_ = leaf_;
}

void Writer::finish() {
  if (!path_.empty()) throw std::logic_error("directories are still open");
  operation_.clear();
  put_byte(operation_, k_end_code);
  put(Separator::At::end, {}, operation_);
  write_leaf(0);
  root_level_ = inner_.finish([this] { return numbers_.end() - 1; });
  write_free_sectors();
  write_header();
  file_.close(numbers_.end());
}

// Free sectors keep what they held: who scans a file from front to back finds old data.
void Writer::write_free_sectors() {
  for (const std::uint32_t sector : numbers_.left()) {
    file_.write(sector, sector_bytes({0, 0, k_free_level, stamp_of(sector)}, stale_));
  }
}

void Writer::write_header() {
  Header header;
  header.fp7 = options_.fp7;
  header.closed_cleanly = options_.closed_cleanly;
  header.counter = options_.closed_cleanly ? counter_ : counter_ - 7;
  header.seed = options_.seed;
  file_.write(0, header_bytes(header));
}

}  // namespace fmsim::fmp12
