// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/body.hpp>

namespace fmferry {

Body::Body(ObjectStore& store,
           std::unique_ptr<ContentInspector> inspector,
           BodyNaming naming,
           CallContext context)
    : store_(store),
      inspector_(std::move(inspector)),
      naming_(std::move(naming)),
      context_(std::move(context)),
      part_size_(static_cast<std::size_t>(store.capabilities().part_size)) {}

Status Body::take(ByteView bytes) {
  hasher_.update(bytes);
  inspector_->update(bytes);
  facts_.length += static_cast<std::int64_t>(bytes.size());
  buffer_.append(bytes);
  if (buffer_.size() <= part_size_) return {};
  Status sent = naming_.by_hash ? put_aside() : send_full_parts();
  if (!sent) store_error_ = sent.error();
  return sent;
}

PutOptions Body::options_for(const Inspection& inspection) const {
  return {.content_type = inspection.media_type, .only_if_absent = facts_.key != naming_.own_key};
}

PutOptions Body::put_options() const {
  PutOptions options = options_for(facts_.inspection);
  options.sha256 = facts_.sha256;
  return options;
}

// Type and extension are known by now: a part is larger than what the inspector needs for them.
Status Body::go_large() {
  large_ = true;
  const Inspection so_far = inspector_->so_far();
  facts_.key = naming_.key_of(so_far.extension, {});
  auto upload = store_.begin(facts_.key, options_for(so_far), context_);
  if (!upload && upload.error().kind == ErrorKind::conflict) return {};  // only hash; see publish()
  FMF_TRY_ASSIGN(upload_, std::move(upload));
  return {};
}

Status Body::put_aside() {
  large_ = true;
  if (!aside_) {
    FMF_TRY_ASSIGN(aside_, UnnamedFile::open());
  }
  FMF_TRY(aside_->append(buffer_));
  buffer_.clear();
  return {};
}

Status Body::send_what_was_put_aside() {
  FMF_TRY(put_aside());
  FMF_TRY_ASSIGN(upload_, store_.begin(facts_.key, options_for(facts_.inspection), context_));
  for (std::int64_t sent = 0; sent < facts_.length;) {
    FMF_TRY_ASSIGN(const std::string part, aside_->read(sent, part_size_));
    if (part.empty()) return fail(ErrorKind::internal, "a temporary file has lost its end");
    FMF_TRY(upload_->write(part, context_));
    sent += static_cast<std::int64_t>(part.size());
  }
  return {};
}

Status Body::send_full_parts() {
  if (!large_) FMF_TRY(go_large());
  ByteView rest = buffer_;
  while (rest.size() >= part_size_) {
    if (upload_ != nullptr) FMF_TRY(upload_->write(rest.substr(0, part_size_), context_));
    rest.remove_prefix(part_size_);
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  return {};
}

const Body::Facts& Body::close() {
  facts_.sha256 = hasher_.finish();
  facts_.inspection = inspector_->finish();
  if (facts_.key.empty()) {
    facts_.key = naming_.key_of(facts_.inspection.extension, facts_.sha256);
  }
  return facts_;
}

Result<Receipt> Body::publish() {
  if (naming_.by_hash) FMF_TRY(send_what_was_put_aside());
  if (upload_ == nullptr) return fail(ErrorKind::conflict, "the key is taken");
  if (!buffer_.empty()) FMF_TRY(upload_->write(buffer_, context_));
  buffer_.clear();
  return upload_->finish(facts_.sha256, context_);
}

}  // namespace fmferry
