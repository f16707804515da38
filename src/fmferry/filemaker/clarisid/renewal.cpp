// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/renewal.hpp>

namespace fmferry::clarisid {
namespace {

const std::string k_default_pool_url = ClarisIdOptions{}.pool_url;

HttpOptions transport_options(const ClarisIdOptions& options) {
  return {.ca_file = options.ca_file,
          .insecure = options.insecure,
          .connect_timeout = options.connect_timeout,
          .stall_timeout = options.stall_timeout};
}

}  // namespace

Renewal::Renewal(ClarisIdOptions options, std::shared_ptr<Clock> clock)
    : options_(std::move(options)), clock_(std::move(clock)), http_(transport_options(options_)) {}

Result<Tokens> Renewal::run(const CallContext& context) {
  FMF_TRY(prepare(context));
  FMF_TRY_ASSIGN(Tokens tokens, fetch(context));
  if (!tokens.refresh.empty()) {
    refresh_token_ = tokens.refresh;
    FMF_TRY(file_->write(refresh_token_));
  }
  return tokens;
}

// What is done once.
Status Renewal::prepare(const CallContext& context) {
  if (cognito_) return {};
  FMF_TRY_ASSIGN(UserPool pool, find_pool(context));
  file_.emplace(options_.refresh_token_file, options_.user, pool.client_id);
  FMF_TRY_ASSIGN(refresh_token_, file_->read());
  const std::string url = options_.sign_in_url.empty() ? pool.sign_in_url() : options_.sign_in_url;
  cognito_.emplace(http_, url, std::move(pool), *clock_);
  return {};
}

// The pool has not changed in years: that Claris' page is out of reach need not hold us up.
Result<UserPool> Renewal::find_pool(const CallContext& context) const {
  auto pool = look_up_user_pool(http_, options_.pool_url, context);
  if (pool || pool.error().kind == ErrorKind::cancelled) return pool;
  if (options_.pool_url == k_default_pool_url) return UserPool{};
  return fail(std::move(pool).error().at("look up the user pool"));
}

Result<Tokens> Renewal::fetch(const CallContext& context) const {
  if (!refresh_token_.empty()) {
    auto tokens = refreshed(*cognito_, refresh_token_, context);
    if (tokens || tokens.error().kind != ErrorKind::denied) return tokens;
  }
  return sign_in(*cognito_, options_, *clock_, context);
}

}  // namespace fmferry::clarisid
