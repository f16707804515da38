// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/reach.hpp>

#include <curl/curl.h>

#include <string>

namespace fmferry {

Reach reach_of(const Error& error) {
  // HttpClient keeps libcurl's own number.
  switch (error.origin_code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Reach::name_unknown;
    case CURLE_COULDNT_CONNECT:
      return Reach::not_connected;
    case CURLE_SSL_CONNECT_ERROR:
      return Reach::no_tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Reach::not_trusted;
    default:
      return Reach::no_answer;
  }
}

std::optional<std::chrono::system_clock::time_point> http_date(std::string_view text) {
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return std::chrono::system_clock::from_time_t(seconds);
}

}  // namespace fmferry
