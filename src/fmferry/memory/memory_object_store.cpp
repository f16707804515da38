// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/memory/memory_object_store.hpp>

#include <algorithm>
#include <utility>

namespace fmferry {
namespace {

constexpr std::size_t k_longest_key = 1024;
constexpr std::size_t k_slice = 64U << 10U;

// Length of the well-formed UTF-8 character that text begins with; 0 when there is none.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80                    ? 1
                           : lead >= 0xC2 && lead <= 0xDF ? 2
                           : lead >= 0xE0 && lead <= 0xEF ? 3
                           : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (const char c : text.substr(1, size - 1)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_possible(std::string_view key) {
  if (key.empty() || key.size() > k_longest_key || !is_utf8(key)) return false;
  if (key.find('\0') != std::string_view::npos) return false;
  std::size_t from = 0;
  while (from <= key.size()) {
    const std::size_t slash = std::min(key.find('/', from), key.size());
    const auto part = key.substr(from, slash - from);
    if (part.empty() || part == "." || part == "..") return false;
    from = slash + 1;
  }
  return true;
}

Status check_call(const std::string& key, const CallContext& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  if (!is_possible(key)) return fail(ErrorKind::invalid, "this is no possible key");
  return {};
}

ObjectInfo info_of(const std::string& key, const MemoryObjectStore::Object& object) {
  return {.key = key,
          .length = static_cast<std::int64_t>(object.bytes.size()),
          .etag = to_hex(md5(object.bytes)),
          .content_type = object.content_type,
          .sha256 = sha256(object.bytes)};
}

}  // namespace

class MemoryObjectStore::MemoryUpload final : public Upload {
 public:
  MemoryUpload(MemoryObjectStore& store, std::string key, PutOptions options)
      : store_(store), key_(std::move(key)), options_(std::move(options)) {}

  Status write(ByteView part, const CallContext& context) override {
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    const auto part_size = static_cast<std::size_t>(store_.options_.part_size);
    if (finished_ || part.size() > part_size || bytes_.size() % part_size != 0) {
      return fail(ErrorKind::invalid, "each part but the last must have the store's part size");
    }
    bytes_.append(part);
    return {};
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    if (std::exchange(finished_, true)) return fail(ErrorKind::invalid, "it was finished before");
    options_.sha256 = sha256;
    return store_.publish(key_, std::move(bytes_), options_);
  }

 private:
  MemoryObjectStore& store_;
  const std::string key_;
  PutOptions options_;
  std::string bytes_;
  bool finished_{false};
};

StoreCapabilities MemoryObjectStore::capabilities() const {
  return {.proof = Proof::checksum,
          .conditional_put = true,
          .case_sensitive_keys = options_.case_sensitive_keys,
          .part_size = options_.part_size};
}

Status MemoryObjectStore::probe(const CallContext& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  return {};
}

std::map<std::string, MemoryObjectStore::Object>::iterator MemoryObjectStore::find(
    const std::string& key) {
  if (options_.case_sensitive_keys) return objects_.find(key);
  return std::ranges::find_if(objects_, [lower = to_lower(key)](const auto& entry) {
    return to_lower(entry.first) == lower;
  });
}

Result<Receipt> MemoryObjectStore::publish(const std::string& key,
                                           std::string bytes,
                                           const PutOptions& options) {
  const std::string hash = sha256(bytes);
  if (hash != options.sha256) {
    return fail(ErrorKind::corrupt, "the bytes that came are not the ones announced");
  }
  Receipt receipt{.length = static_cast<std::int64_t>(bytes.size()),
                  .sha256 = hash,
                  .etag = to_hex(md5(bytes)),
                  .proof = Proof::checksum};
  const std::scoped_lock lock(mutex_);
  auto there = find(key);
  if (there != objects_.end() && options.only_if_absent) {
    return fail(ErrorKind::conflict, "there is an object under this key");
  }
  if (there == objects_.end()) there = objects_.try_emplace(key).first;
  there->second.bytes = std::move(bytes);
  there->second.content_type = options.content_type;
  ++there->second.writes;
  return receipt;
}

Result<Receipt> MemoryObjectStore::put(const std::string& key,
                                       ByteView body,
                                       const PutOptions& options,
                                       const CallContext& context) {
  FMF_TRY(check_call(key, context));
  if (options.sha256.empty()) return fail(ErrorKind::invalid, "a put needs its body's SHA-256");
  if (body.size() > static_cast<std::size_t>(options_.part_size)) {
    return fail(ErrorKind::invalid, "a body larger than a part needs an upload");
  }
  return publish(key, std::string(body), options);
}

Result<std::unique_ptr<Upload>> MemoryObjectStore::begin(const std::string& key,
                                                         const PutOptions& options,
                                                         const CallContext& context) {
  FMF_TRY(check_call(key, context));
  const std::scoped_lock lock(mutex_);
  if (options.only_if_absent && find(key) != objects_.end()) {
    return fail(ErrorKind::conflict, "there is an object under this key");
  }
  return std::make_unique<MemoryUpload>(*this, key, options);
}

Result<ObjectInfo> MemoryObjectStore::head(const std::string& key, const CallContext& context) {
  FMF_TRY(check_call(key, context));
  const std::scoped_lock lock(mutex_);
  const auto there = find(key);
  if (there == objects_.end()) return fail(ErrorKind::not_found, "there is no such object");
  return info_of(there->first, there->second);
}

Result<ObjectInfo> MemoryObjectStore::get(const std::string& key,
                                          const ByteSink& sink,
                                          const CallContext& context) {
  FMF_TRY(check_call(key, context));
  Object object;
  {
    const std::scoped_lock lock(mutex_);
    const auto there = find(key);
    if (there == objects_.end()) return fail(ErrorKind::not_found, "there is no such object");
    object = there->second;
  }
  for (std::size_t at = 0; at < object.bytes.size(); at += k_slice) {
    FMF_TRY(sink(ByteView(object.bytes).substr(at, k_slice)));
  }
  return info_of(key, object);
}

Result<ListPage> MemoryObjectStore::list(const std::string& prefix,
                                         const std::string& token,
                                         const CallContext& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  const std::scoped_lock lock(mutex_);
  ListPage page;
  auto at = token.empty() ? objects_.lower_bound(prefix) : objects_.upper_bound(token);
  for (; at != objects_.end() && at->first.starts_with(prefix); ++at) {
    if (page.objects.size() == static_cast<std::size_t>(options_.page_size)) {
      page.next = page.objects.back().key;
      return page;
    }
    page.objects.push_back(info_of(at->first, at->second));
  }
  return page;
}

Result<std::string> MemoryObjectStore::presign(const std::string&,
                                               const std::string&,
                                               std::chrono::seconds) {
  return fail(ErrorKind::invalid, "a store in memory has no URLs");
}

std::map<std::string, MemoryObjectStore::Object> MemoryObjectStore::objects() const {
  const std::scoped_lock lock(mutex_);
  return objects_;
}

void MemoryObjectStore::set(const std::string& key, std::string bytes) {
  const std::scoped_lock lock(mutex_);
  objects_[key].bytes = std::move(bytes);
}

void MemoryObjectStore::erase(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  objects_.erase(key);
}

}  // namespace fmferry
