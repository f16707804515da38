// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/body.hpp>

namespace fmferry {

Body::Body(ObjectStore& store,
           std::unique_ptr<ContentInspector> inspector,
           KeyOf key_of,
           std::string own_key,
           CallContext context)
    : store_(store),
      inspector_(std::move(inspector)),
      key_of_(std::move(key_of)),
      own_key_(std::move(own_key)),
      context_(std::move(context)),
      part_size_(static_cast<std::size_t>(store.capabilities().part_size)) {}

Status Body::take(ByteView bytes) {
  hasher_.update(bytes);
  inspector_->update(bytes);
  facts_.length += static_cast<std::int64_t>(bytes.size());
  buffer_.append(bytes);
  if (buffer_.size() <= part_size_) return {};
  Status sent = large_ ? Status() : go_large();
  if (sent) sent = send_full_parts();
  if (!sent) store_error_ = sent.error();
  return sent;
}

PutOptions Body::options_for(const Inspection& inspection) const {
  return {.content_type = inspection.media_type, .only_if_absent = facts_.key != own_key_};
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
  facts_.key = key_of_(so_far.extension);
  auto upload = store_.begin(facts_.key, options_for(so_far), context_);
  if (!upload && upload.error().kind == ErrorKind::conflict) return {};  // only hash; see publish()
  FMF_TRY_ASSIGN(upload_, std::move(upload));
  return {};
}

Status Body::send_full_parts() {
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
  if (!large_) facts_.key = key_of_(facts_.inspection.extension);
  return facts_;
}

Result<Receipt> Body::publish() {
  if (upload_ == nullptr) return fail(ErrorKind::conflict, "the key is taken");
  if (!buffer_.empty()) FMF_TRY(upload_->write(buffer_, context_));
  buffer_.clear();
  return upload_->finish(facts_.sha256, context_);
}

}  // namespace fmferry
