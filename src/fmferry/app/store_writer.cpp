// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/store_writer.hpp>

#include <algorithm>

namespace fmferry {

StoreWriter::StoreWriter(ObjectStore& store,
                         std::string key,
                         std::string content_type,
                         const CallContext& context)
    : store_(store),
      key_(std::move(key)),
      options_{.content_type = std::move(content_type), .only_if_absent = false},
      context_(context),
      part_size_(static_cast<std::size_t>(store.capabilities().part_size)),
      hasher_(HashAlgorithm::sha256) {}

Status StoreWriter::add(ByteView bytes) {
  hasher_.update(bytes);
  while (!bytes.empty()) {
    // A full part waits until more comes: the last one may be full, but not empty.
    if (part_.size() == part_size_) FMF_TRY(send_part());
    const std::size_t taken = std::min(bytes.size(), part_size_ - part_.size());
    part_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
  }
  return {};
}

Status StoreWriter::send_part() {
  if (upload_ == nullptr) {
    FMF_TRY_ASSIGN(upload_, store_.begin(key_, options_, context_));
  }
  FMF_TRY(upload_->write(part_, context_));
  part_.clear();
  return {};
}

Result<Receipt> StoreWriter::finish() {
  options_.sha256 = hasher_.finish();
  if (upload_ == nullptr) return store_.put(key_, part_, options_, context_);
  FMF_TRY(upload_->write(part_, context_));
  return upload_->finish(options_.sha256, context_);
}

}  // namespace fmferry
