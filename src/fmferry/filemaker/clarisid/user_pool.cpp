// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/json_text.hpp>
#include <fmferry/filemaker/clarisid/user_pool.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::clarisid {
namespace {

// These go into addresses and hashes, so they must be nothing else.
bool is_plain(std::string_view text) {
  constexpr std::string_view k_plain{
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"};
  return !text.empty() && text.size() <= 128 &&
         text.find_first_not_of(k_plain) == std::string_view::npos;
}

bool is_usable(const UserPool& pool) {
  return is_plain(pool.region) && is_plain(pool.id) && is_plain(pool.client_id) &&
         !pool.name().empty();
}

}  // namespace

std::string UserPool::name() const {
  const auto underscore = id.find('_');
  return underscore == std::string::npos ? "" : id.substr(underscore + 1);
}

std::string UserPool::sign_in_url() const {
  return "https://cognito-idp." + region + ".amazonaws.com/";
}

Result<UserPool> read_user_pool(const HttpResponse& response) {
  const auto body = parse_object(response.body);
  const auto* data = body ? object_in(*body, "data") : nullptr;
  if (response.status == 200 && data != nullptr) {
    const UserPool pool{.region = text_in(*data, "Region"),
                        .id = text_in(*data, "UserPool_ID"),
                        .client_id = text_in(*data, "Client_ID")};
    if (is_usable(pool)) return pool;
  }
  return fail(
      {.kind = ErrorKind::unavailable,
       .what = "the answer names no user pool (HTTP " + std::to_string(response.status) + ")",
       .origin_code = response.status});
}

Result<UserPool> look_up_user_pool(const HttpClient& http,
                                   const std::string& url,
                                   const CallContext& context) {
  FMF_TRY_ASSIGN(const HttpResponse response, http.send({.url = url}, context));
  return read_user_pool(response);
}

}  // namespace fmferry::clarisid
