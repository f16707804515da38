// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/net/http.hpp>
#include <fmferry/s3/bucket_address.hpp>

#include <algorithm>

namespace fmferry::s3 {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_bucket_name(const std::string& name) {
  return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, is_name_character) &&
         name.front() != '.';
}

std::string aws_endpoint(const std::string& region) {
  return "https://s3." + region + ".amazonaws.com" + (region.starts_with("cn-") ? ".cn" : "");
}

bool goes_into_host(const S3Options& options) {
  if (options.addressing != Addressing::automatic) {
    return options.addressing == Addressing::virtual_host;
  }
  // A certificate for *.endpoint covers no further dots.
  return options.endpoint.empty() && options.bucket.find('.') == std::string::npos;
}

}  // namespace

std::string BucketAddress::path_of(const std::string& key) const {
  if (key.empty()) return path_prefix.empty() ? "/" : path_prefix;
  return path_prefix + "/" + percent_encode(key, true);
}

Result<BucketAddress> bucket_address(const S3Options& options, const std::string& region) {
  if (!is_bucket_name(options.bucket)) {
    return fail(ErrorKind::invalid, "'" + options.bucket + "' is no bucket name");
  }
  const auto url = parse_url(options.endpoint.empty() ? aws_endpoint(region) : options.endpoint);
  if (!url || url->target != "/") {
    return fail(
        ErrorKind::invalid,
        "the endpoint '" + options.endpoint + "' must read https://host or https://host:port");
  }
  if (url->scheme == "http" && !url->is_loopback() && !options.allow_plain_http) {
    return fail(ErrorKind::invalid,
                "the endpoint " + url->origin() +
                    " is plain http on another machine: use https, or allow plain http");
  }
  const std::string host = url->origin().substr(url->scheme.size() + 3);
  if (goes_into_host(options)) {
    return BucketAddress{.scheme = url->scheme, .host = options.bucket + "." + host};
  }
  return BucketAddress{.scheme = url->scheme, .host = host, .path_prefix = "/" + options.bucket};
}

}  // namespace fmferry::s3
