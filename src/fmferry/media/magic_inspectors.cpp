// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/magic_inspectors.hpp>
#include <fmferry/media/magic_pool.hpp>
#include <fmferry/media/media_types.hpp>
#include <fmferry/media/structure.hpp>

#include <algorithm>
#include <utility>

namespace fmferry {
namespace {

using media::Recognised;
using media::Structure;

constexpr std::size_t k_kept = 256U << 10U;

class MagicInspector final : public ContentInspector {
 public:
  explicit MagicInspector(std::shared_ptr<media::MagicPool> pool) : pool_(std::move(pool)) {}

  void update(ByteView bytes) override {
    length_ += static_cast<std::int64_t>(bytes.size());
    const std::size_t kept = std::min(bytes.size(), k_kept - prefix_.size());
    prefix_.append(bytes.substr(0, kept));
    if (recognised_) {
      follow(bytes);
    } else if (prefix_.size() >= media::k_signature_size) {
      start_following();
      follow(bytes.substr(kept));
    }
  }

  [[nodiscard]] Inspection so_far() override {
    Inspection found = inspect();
    if (found.integrity != Integrity::malformed) found.integrity = Integrity::unknown;
    return found;
  }

  [[nodiscard]] Inspection finish() override {
    if (!recognised_) start_following();
    Inspection found = inspect();
    if (length_ == 0) found.integrity = Integrity::truncated;
    return found;
  }

 private:
  void start_following() {
    // Of the same bytes always, however they came in.
    recognised_ = media::recognise(ByteView(prefix_).substr(0, media::k_signature_size));
    follow(prefix_);
  }

  void follow(ByteView bytes) {
    if (recognised_->follower) recognised_->follower->update(bytes);
  }

  [[nodiscard]] Inspection inspect() {
    Inspection found;
    found.media_type = media_type();
    found.extension = media::extension_of(found.media_type);
    if (recognised_ && recognised_->follower) {
      Structure structure = recognised_->follower->conclude(prefix_, length_);
      found.integrity = structure.integrity;
      found.width = structure.width;
      found.height = structure.height;
      found.orientation = structure.exif.orientation;
      found.taken = std::move(structure.exif.taken);
      found.pages = structure.pages;
    }
    return found;
  }

  std::string media_type() {
    if (length_ == 0) return "application/x-empty";
    if (recognised_ && !recognised_->media_type.empty()) {
      return std::string(recognised_->media_type);
    }
    // Asking is dear, so it is done again only when there is more to look at.
    if (asked_with_ != prefix_.size()) {
      asked_with_ = prefix_.size();
      answer_ = media::canonical_media_type(pool_->media_type_of(prefix_));
    }
    return answer_;
  }

  std::shared_ptr<media::MagicPool> pool_;
  std::string prefix_{};
  std::int64_t length_{0};
  std::optional<Recognised> recognised_{};
  std::size_t asked_with_{0};
  std::string answer_{};
};

}  // namespace

Result<std::unique_ptr<MagicInspectors>> MagicInspectors::make() {
  FMF_TRY_ASSIGN(auto pool, media::MagicPool::open());
  return std::unique_ptr<MagicInspectors>(new MagicInspectors(std::move(pool)));
}

std::unique_ptr<ContentInspector> MagicInspectors::open() {
  return std::make_unique<MagicInspector>(pool_);
}

}  // namespace fmferry
