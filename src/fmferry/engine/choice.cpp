// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/known_length.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// A header that tells pixels is nearer to the beginning than this, mostly ...
constexpr std::int64_t k_near = 64LL << 10U;
// ... or at least than this.
constexpr std::int64_t k_head = 256LL << 10U;
// To read so much more is cheaper than a new connection.
constexpr std::int64_t k_worth_its_end = k_near;

std::optional<std::int64_t> told_weight(const JobSettings& settings,
                                        const Record& record,
                                        const std::string& field) {
  if (settings.choice != ChoiceRule::largest) return std::nullopt;
  return length_said(record, field, settings);
}

// One container's first bytes, looked at as they come.
class Look {
 public:
  Look(const Job& job, std::int64_t most) : job_(job), most_(most) {
    if (job.settings.choice == ChoiceRule::most_pixels) inspector_ = job.inspectors.open();
  }

  // Nothing: `most` bytes were not enough to tell.
  Result<std::optional<std::int64_t>> run(const Record& record,
                                          const Container& container,
                                          CallContext context) {
    context.first_bytes = most_;
    context.on_length = [this](std::int64_t whole, std::int64_t coming) {
      announced_ = whole;
      coming_ = coming;
    };
    const ByteSink sink = [this](ByteView bytes) { return take(bytes); };
    const auto info = job_.source.fetch(record, container, sink, context);
    if (weight_) return weight_;
    if (!info) return fail(info.error());
    if (inspector_ == nullptr) return std::optional(seen_);
    const auto pixels = pixels_in(inspector_->finish());
    const bool all_came = !announced_ || seen_ >= *announced_;
    return pixels || !all_came ? pixels : std::optional<std::int64_t>(0);
  }

 private:
  Status take(ByteView bytes) {
    const auto count = static_cast<std::int64_t>(bytes.size());
    job_.progress.bytes += count;
    seen_ += count;
    if (!weight_) weight_ = inspector_ == nullptr ? announced_ : pixels_after(bytes);
    const bool ends_soon = coming_ && *coming_ - seen_ <= k_worth_its_end;
    if (!weight_ || ends_soon) return {};
    return fail(ErrorKind::cancelled, "enough was seen");
  }

  std::optional<std::int64_t> pixels_after(ByteView bytes) {
    inspector_->update(bytes);
    const auto pixels = pixels_in(inspector_->so_far());
    return pixels || seen_ < k_head ? pixels : std::optional<std::int64_t>(0);
  }

  static std::optional<std::int64_t> pixels_in(const Inspection& found) {
    if (!found.width || !found.height) return std::nullopt;
    return std::int64_t{*found.width} * *found.height;
  }

  const Job& job_;
  const std::int64_t most_;                        // bytes that are asked for
  std::unique_ptr<ContentInspector> inspector_{};  // none: the length is what counts
  std::optional<std::int64_t> announced_{};
  std::optional<std::int64_t> coming_{};
  std::optional<std::int64_t> weight_{};  // known before the end
  std::int64_t seen_{0};
};

}  // namespace

std::string listed_choice(const JobSettings& settings, const Record& record) {
  const auto found = candidates(record, settings.containers);
  if (found.empty()) return {};
  const bool all_filled = std::ranges::all_of(
      found, [](const Container* container) { return container->state == ContainerState::filled; });
  if (settings.choice == ChoiceRule::first || found.size() == 1) {
    return found.front()->state == ContainerState::filled ? found.front()->field : std::string();
  }
  if (!all_filled) return {};
  std::vector<Contender> contenders;
  for (const Container* container : found) {
    const auto weight = told_weight(settings, record, container->field);
    if (!weight) return {};
    contenders.push_back({.field = container->field, .weight = *weight});
  }
  return ranked(std::move(contenders)).front();
}

Result<std::vector<std::string>> order_by_rule(const JobSettings& settings,
                                               const Record& record,
                                               const Weigher& weigher) {
  if (settings.choice == ChoiceRule::first) return settings.containers;
  // All that is needed of the record, which the weigher may read anew.
  std::vector<std::pair<std::string, std::optional<std::int64_t>>> known;
  for (const Container* container : candidates(record, settings.containers)) {
    known.emplace_back(container->field, told_weight(settings, record, container->field));
  }
  std::vector<Contender> contenders;
  for (auto& [field, weight] : known) {
    if (!weight && known.size() > 1) {
      FMF_TRY_ASSIGN(weight, weigher(field));
      if (!weight) continue;
    }
    contenders.push_back({.field = std::move(field), .weight = weight.value_or(0)});
  }
  return ranked(std::move(contenders));
}

Result<std::int64_t> weigh(const Job& job,
                           const Record& record,
                           const Container& container,
                           const CallContext& context) {
  FMF_TRY_ASSIGN(auto weight, Look(job, k_near).run(record, container, context));
  if (!weight) {
    FMF_TRY_ASSIGN(weight, Look(job, k_head).run(record, container, context));
  }
  return weight.value_or(0);
}

}  // namespace fmferry
