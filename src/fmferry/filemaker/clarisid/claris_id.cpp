// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/claris_id.hpp>
#include <fmferry/filemaker/clarisid/renewal.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace fmferry {
namespace {

using Time = std::chrono::steady_clock::time_point;

// Of a token's life; 50 minutes of an hour.
constexpr int k_renew_at_sixths = 5;
// Until the next try to renew a token that is still good.
constexpr std::chrono::seconds k_patience{30};

Status check_address(const std::string& address, const ClarisIdOptions& options) {
  const auto url = parse_url(address);
  if (!url) return fail(ErrorKind::invalid, "'" + address + "' is no address");
  if (url->is_loopback()) return {};
  if (url->scheme != "https") {
    return fail(
        ErrorKind::denied,
        "plain http would show the Claris ID's tokens to everyone on the way: use https://" +
            url->host);
  }
  if (options.insecure) {
    return fail(ErrorKind::denied, "certificates must be verified for " + url->host);
  }
  return {};
}

class ClarisId final : public Authorization {
 public:
  ClarisId(ClarisIdOptions options, std::shared_ptr<Clock> clock)
      : clock_(clock), renewal_(std::move(options), std::move(clock)) {}

  Result<Secret> header(const CallContext& context) override {
    std::unique_lock lock(mutex_);
    while (true) {
      if (refused_) return fail(*refused_);
      if (is_good(renewing_ ? good_until_ : renew_at_)) return header_;
      if (!renewing_) return renew(lock, context);
      const auto round = round_;
      FMF_TRY(wait(lock, round, context));
      if (failure_ && round_ == round + 1 && failure_->kind != ErrorKind::cancelled) {
        return fail(*failure_);
      }
    }
  }

  bool refused(const Secret& header) override {
    const std::scoped_lock lock(mutex_);
    if (header.reveal() == header_.reveal()) header_ = Secret();
    return true;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] bool is_good(Time until) const { return !header_.empty() && clock_->now() < until; }

  Status wait(Lock& lock, std::uint64_t round, const CallContext& context) {
    const auto over = [this, round] { return round_ != round; };
    const bool in_time = context.deadline
                             ? changed_.wait_until(lock, context.stop, *context.deadline, over)
                             : changed_.wait(lock, context.stop, over);
    if (in_time) return {};
    if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
    return fail(ErrorKind::timeout, "the Claris ID was not signed in in time");
  }

  Result<Secret> renew(Lock& lock, const CallContext& context) {
    renewing_ = true;
    const Time begun = clock_->now();
    lock.unlock();
    auto tokens = renewal_.run(context);
    lock.lock();
    renewing_ = false;
    ++round_;
    changed_.notify_all();
    return tokens ? take(*tokens, begun) : keep_or_fail(std::move(tokens).error());
  }

  Result<Secret> take(const clarisid::Tokens& tokens, Time begun) {
    failure_.reset();
    header_ = Secret("FMID " + tokens.id.reveal());
    renew_at_ = begun + tokens.lifetime * k_renew_at_sixths / 6;
    good_until_ = begun + tokens.lifetime;
    return header_;
  }

  Result<Secret> keep_or_fail(Error error) {
    failure_ = std::move(error).at("sign in with the Claris ID");
    if (failure_->kind == ErrorKind::denied) {
      refused_ = failure_;
    } else if (is_good(good_until_)) {
      failure_.reset();
      renew_at_ = std::min(clock_->now() + k_patience, good_until_);
      return header_;
    }
    return fail(*failure_);
  }

  const std::shared_ptr<Clock> clock_;
  clarisid::Renewal renewal_;  // used by the one thread that renews
  std::mutex mutex_{};
  std::condition_variable_any changed_{};
  // All below are guarded by mutex_.
  Secret header_{};
  Time renew_at_{};
  Time good_until_{};
  bool renewing_{false};
  std::uint64_t round_{0};          // of renewals that are over
  std::optional<Error> failure_{};  // of the last one
  std::optional<Error> refused_{};
};

}  // namespace

Result<std::shared_ptr<Authorization>> claris_id_authorization(ClarisIdOptions options,
                                                               std::shared_ptr<Clock> clock) {
  if (options.user.empty()) return fail(ErrorKind::invalid, "no Claris ID is named");
  FMF_TRY(check_address(options.pool_url, options));
  if (!options.sign_in_url.empty()) FMF_TRY(check_address(options.sign_in_url, options));
  return std::make_shared<ClarisId>(std::move(options), std::move(clock));
}

bool is_filemaker_cloud(std::string_view host) {
  return to_lower(host).ends_with(".account.filemaker-cloud.com");
}

}  // namespace fmferry
