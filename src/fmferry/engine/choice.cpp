// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/known_length.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// A header that tells pixels is nearer to the beginning than this.
constexpr std::int64_t k_head = 256LL << 10U;
// To read so much more is cheaper than a new connection.
constexpr std::int64_t k_worth_its_end = 64LL << 10U;

std::optional<std::int64_t> told_weight(const JobSettings& settings,
                                        const Record& record,
                                        const std::string& field) {
  if (settings.choice != ChoiceRule::largest) return std::nullopt;
  return length_said(record, field, settings);
}

// One container, looked at as it comes.
class Look {
 public:
  explicit Look(const Job& job) : job_(job) {
    if (job.settings.choice == ChoiceRule::most_pixels) inspector_ = job.inspectors.open();
  }

  Result<std::int64_t> run(const Record& record, const Container& container, CallContext context) {
    context.on_length = [this](std::int64_t length) { announced_ = length; };
    const ByteSink sink = [this](ByteView bytes) { return take(bytes); };
    const auto info = job_.source.fetch(record, container, sink, context);
    if (weight_) return *weight_;
    if (!info) return fail(info.error());
    return inspector_ == nullptr ? seen_ : pixels_in(inspector_->finish()).value_or(0);
  }

 private:
  Status take(ByteView bytes) {
    const auto count = static_cast<std::int64_t>(bytes.size());
    job_.progress.bytes += count;
    seen_ += count;
    if (!weight_) weight_ = inspector_ == nullptr ? announced_ : pixels_after(bytes);
    const bool ends_soon = announced_ && *announced_ - seen_ <= k_worth_its_end;
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
  std::unique_ptr<ContentInspector> inspector_{};  // none: the length is what counts
  std::optional<std::int64_t> announced_{};
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
  return Look(job).run(record, container, context);
}

}  // namespace fmferry
