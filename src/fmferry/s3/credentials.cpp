// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/credentials.hpp>
#include <fmferry/s3/metadata_credentials.hpp>
#include <fmferry/s3/profile_files.hpp>

#include <cstdlib>
#include <mutex>

namespace fmferry::s3 {
namespace {

using Steady = std::chrono::steady_clock::time_point;
using Wall = std::chrono::system_clock::time_point;

constexpr auto k_renew_before_end = std::chrono::minutes(5);
// Tools that renew temporary keys write them into the files.
constexpr auto k_reread_files_after = std::chrono::minutes(1);
// A machine that answers with keys which end within the margin must not be asked at each request.
constexpr auto k_shortest_use = std::chrono::seconds(10);

// A moment on both clocks: the wall clock may be set back, and the other one stands still while the
// machine sleeps. It is reached as soon as one of them says so.
struct Moment {
  Steady steady{Steady::max()};
  Wall wall{Wall::max()};
};

struct Found {
  AwsCredentials credentials{};
  Moment good_until{};
  Moment end{};
};

std::string value_or_empty(const AwsProfile& profile, const std::string& name) {
  const auto found = profile.values.find(name);
  return found == profile.values.end() ? std::string() : found->second;
}

std::string region_from_environment(const Environment& environment) {
  const std::string region = environment("AWS_REGION");
  return region.empty() ? environment("AWS_DEFAULT_REGION") : region;
}

Result<std::optional<AwsCredentials>> from_environment(const Environment& environment) {
  AwsCredentials credentials{.access_key_id = environment("AWS_ACCESS_KEY_ID"),
                             .secret_access_key = Secret(environment("AWS_SECRET_ACCESS_KEY")),
                             .session_token = Secret(environment("AWS_SESSION_TOKEN"))};
  const bool has_id = !credentials.access_key_id.empty();
  if (has_id != !credentials.secret_access_key.empty()) {
    return fail(ErrorKind::denied,
                has_id ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
                       : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not");
  }
  if (!has_id) return std::optional<AwsCredentials>{};
  return credentials;
}

Result<std::optional<AwsCredentials>> from_files(const Environment& environment) {
  FMF_TRY_ASSIGN(const AwsProfile profile, read_profile(environment));
  if (!profile.found) {
    if (environment("AWS_PROFILE").empty()) return std::optional<AwsCredentials>{};
    return fail(ErrorKind::invalid,
                "the profile '" + profile.name + "' (AWS_PROFILE) is neither in " +
                    credentials_file(environment).string() + " nor in " +
                    config_file(environment).string());
  }
  AwsCredentials credentials{
      .access_key_id = value_or_empty(profile, "aws_access_key_id"),
      .secret_access_key = Secret(value_or_empty(profile, "aws_secret_access_key")),
      .session_token = Secret(value_or_empty(profile, "aws_session_token"))};
  const bool has_id = !credentials.access_key_id.empty();
  if (has_id != !credentials.secret_access_key.empty()) {
    return fail(ErrorKind::invalid,
                "the profile '" + profile.name + "' has only one of aws_access_key_id and " +
                    "aws_secret_access_key");
  }
  if (has_id) return credentials;
  for (const auto* way : {"sso_session", "sso_start_url", "role_arn", "credential_process"}) {
    if (value_or_empty(profile, way).empty()) continue;
    return fail(ErrorKind::invalid,
                "the profile '" + profile.name + "' gets its keys by " + way +
                    ", which is not followed here: run `eval \"$(aws configure export-credentials "
                    "--format env)\"` first");
  }
  return std::optional<AwsCredentials>{};
}

Error nothing_found(const Environment& environment, const std::string& instance) {
  return Error{.kind = ErrorKind::denied,
               .what = "no AWS credentials: looked at AWS_ACCESS_KEY_ID, " +
                       credentials_file(environment).string() + ", " +
                       config_file(environment).string() +
                       ", AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI, " + instance};
}

// State shared across threads: found_ (under mutex_). One thread renews at a time; others go on
// with keys that are still good and wait for it otherwise.
class Chain final : public CredentialsProvider {
 public:
  Chain(Environment environment, Clock& clock)
      : environment_(std::move(environment)), clock_(clock), http_(metadata_http_options()) {}

  Result<AwsCredentials> get(const CallContext& context) override {
    if (auto usable = fresh()) return std::move(*usable);
    std::unique_lock renewing(renewal_, std::try_to_lock);
    if (!renewing.owns_lock()) {
      if (auto usable = unexpired()) return std::move(*usable);
      renewing.lock();
    }
    if (auto usable = fresh()) return std::move(*usable);  // renewed while this thread waited
    auto found = look(context);
    if (!found) {
      auto usable = unexpired();
      if (!usable || found.error().kind == ErrorKind::cancelled) return fail(found.error());
      return std::move(*usable);
    }
    const std::scoped_lock lock(mutex_);
    found_ = std::move(*found);
    return found_->credentials;
  }

 private:
  std::optional<AwsCredentials> fresh() {
    const std::scoped_lock lock(mutex_);
    if (!found_ || is_reached(found_->good_until)) return std::nullopt;
    return found_->credentials;
  }

  std::optional<AwsCredentials> unexpired() {
    const std::scoped_lock lock(mutex_);
    if (!found_ || is_reached(found_->end)) return std::nullopt;
    return found_->credentials;
  }

  bool is_reached(const Moment& moment) {
    return clock_.now() >= moment.steady || clock_.wall() >= moment.wall;
  }

  Moment in(std::chrono::system_clock::duration span) {
    return {.steady = clock_.now() + span, .wall = clock_.wall() + span};
  }

  Result<Found> look(const CallContext& context) {
    FMF_TRY_ASSIGN(auto variables, from_environment(environment_));
    if (variables) return Found{.credentials = std::move(*variables)};
    FMF_TRY_ASSIGN(auto files, from_files(environment_));
    if (files) {
      return Found{.credentials = std::move(*files), .good_until = in(k_reread_files_after)};
    }
    if (has_container_endpoint(environment_)) {
      FMF_TRY_ASSIGN(auto container, container_credentials(environment_, http_, context));
      return ending(std::move(container));
    }
    if (to_lower(environment_("AWS_EC2_METADATA_DISABLED")) == "true") {
      return fail(nothing_found(environment_,
                                "and not at EC2 instance metadata (AWS_EC2_METADATA_DISABLED)"));
    }
    auto instance = instance_credentials(environment_, http_, context);
    if (instance) return ending(std::move(*instance));
    if (instance.error().kind != ErrorKind::not_found) return fail(instance.error());
    return fail(nothing_found(environment_, "and " + instance.error().what));
  }

  Found ending(AwsCredentials credentials) {
    Found found{.credentials = std::move(credentials)};
    if (found.credentials.expires) {
      const auto left = *found.credentials.expires - clock_.wall();
      found.end = in(left);
      found.good_until = in(std::max<std::chrono::system_clock::duration>(
          left - k_renew_before_end,
          std::min<std::chrono::system_clock::duration>(left, k_shortest_use)));
    }
    return found;
  }

  const Environment environment_;
  Clock& clock_;
  const HttpClient http_;
  std::mutex renewal_;
  std::mutex mutex_;
  std::optional<Found> found_;  // guarded by mutex_
};

}  // namespace

Environment process_environment() {
  return [](const std::string& name) {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): never set here
    return std::string(value == nullptr ? "" : value);
  };
}

Result<AwsSettings> aws_settings(const Environment& environment) {
  FMF_TRY_ASSIGN(const AwsProfile profile, read_profile(environment));
  AwsSettings settings{.region = region_from_environment(environment)};
  if (settings.region.empty()) settings.region = value_or_empty(profile, "region");
  settings.ca_bundle = environment("AWS_CA_BUNDLE");
  if (settings.ca_bundle.empty()) settings.ca_bundle = value_or_empty(profile, "ca_bundle");
  if (to_lower(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) == "true") return settings;
  settings.endpoint_url = environment("AWS_ENDPOINT_URL_S3");
  if (settings.endpoint_url.empty()) settings.endpoint_url = environment("AWS_ENDPOINT_URL");
  if (settings.endpoint_url.empty())
    settings.endpoint_url = value_or_empty(profile, "endpoint_url");
  return settings;
}

std::shared_ptr<CredentialsProvider> aws_credentials_chain(Environment environment, Clock& clock) {
  return std::make_shared<Chain>(std::move(environment), clock);
}

}  // namespace fmferry::s3
