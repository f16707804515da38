// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/magic_pool.hpp>

#include <magic.h>

namespace fmferry::media {

void MagicPool::Close::operator()(magic_set* handle) const {
  magic_close(handle);
}

Result<std::shared_ptr<MagicPool>> MagicPool::open() {
  FMF_TRY_ASSIGN(Handle first, load());
  std::shared_ptr<MagicPool> pool(new MagicPool);
  pool->idle_.push_back(std::move(first));
  return pool;
}

Result<MagicPool::Handle> MagicPool::load() {
  Handle handle(magic_open(MAGIC_MIME_TYPE));
  if (handle && magic_load(handle.get(), nullptr) == 0) return handle;
  const char* const why = handle ? magic_error(handle.get()) : nullptr;
  return fail(ErrorKind::internal,
              std::string("libmagic can't load its database: ") +
                  (why != nullptr ? why : "no reason given"));
}

MagicPool::Handle MagicPool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      Handle handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  Result<Handle> loaded = load();
  return loaded ? std::move(*loaded) : nullptr;
}

std::string MagicPool::media_type_of(ByteView prefix) {
  Handle handle = take();
  const char* const found =
      handle ? magic_buffer(handle.get(), prefix.data(), prefix.size()) : nullptr;
  std::string media_type = found != nullptr ? found : "application/octet-stream";
  const std::scoped_lock lock(mutex_);
  if (handle) idle_.push_back(std::move(handle));
  return media_type;
}

}  // namespace fmferry::media
