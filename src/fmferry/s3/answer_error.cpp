// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/wall_time.hpp>
#include <fmferry/s3/answer_error.hpp>

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace fmferry::s3 {
namespace {

struct Meaning {
  std::string_view code;
  ErrorKind kind;
  std::string_view advice;  // empty: the code says it
};

constexpr std::array k_meanings{
    Meaning{"NoSuchKey", ErrorKind::not_found, "no such object"},
    Meaning{"NoSuchUpload", ErrorKind::in_doubt, "the store no longer knows this upload"},
    Meaning{"InvalidAccessKeyId", ErrorKind::denied, "the store does not know this access key id"},
    Meaning{"SignatureDoesNotMatch",
            ErrorKind::denied,
            "the secret access key does not fit the access key id, or a proxy alters requests"},
    Meaning{"ExpiredToken", ErrorKind::denied, "the session token has ended: get new keys"},
    Meaning{"InvalidToken", ErrorKind::denied, "the session token is not valid: get new keys"},
    Meaning{"TokenRefreshRequired", ErrorKind::denied, "the session token has ended: get new keys"},
    Meaning{"AllAccessDisabled", ErrorKind::denied, ""},
    Meaning{"AccountProblem", ErrorKind::denied, ""},
    Meaning{"KMS.DisabledException", ErrorKind::denied, "the encryption key is disabled"},
    Meaning{"KMS.NotFoundException", ErrorKind::denied, "there is no such encryption key"},
    Meaning{"BadDigest", ErrorKind::corrupt, "the store got other bytes than were announced"},
    Meaning{"InvalidDigest", ErrorKind::corrupt, "the store got other bytes than were announced"},
    Meaning{"XAmzContentSHA256Mismatch",
            ErrorKind::corrupt,
            "the store got other bytes than were announced"},
    Meaning{"XAmzContentChecksumMismatch",
            ErrorKind::corrupt,
            "the store got other bytes than were announced"},
    Meaning{"InvalidPart", ErrorKind::corrupt, "the store has other parts than were sent"},
    Meaning{"IncompleteBody", ErrorKind::corrupt, "the store got fewer bytes than were announced"},
    Meaning{"RequestTimeout", ErrorKind::timeout, "the store waited in vain for the body"},
    Meaning{"SlowDown", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"Throttling", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"ThrottlingException", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"TooManyRequests", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"RequestLimitExceeded", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"BandwidthLimitExceeded", ErrorKind::throttled, "the store asks for fewer requests"},
    Meaning{"PreconditionFailed", ErrorKind::conflict, "an object of this key is already there"},
    Meaning{"ConditionalRequestConflict", ErrorKind::conflict, "another request was at this key"},
    Meaning{"OperationAborted", ErrorKind::conflict, "another request was at this key"},
    Meaning{"QuotaExceeded", ErrorKind::budget, "the store's quota is used up"},
    Meaning{"XMinioStorageFull", ErrorKind::budget, "the store is full"},
};

ErrorKind kind_of_status(int status, const Asked& asked, bool has_code) {
  switch (status) {
    case 401:
    case 403:
      return ErrorKind::denied;
    case 404:
      // An answer to HEAD has no body that could name the code.
      return asked.method == "HEAD" && !has_code ? ErrorKind::not_found : ErrorKind::invalid;
    case 408:
      return ErrorKind::timeout;
    case 409:
    case 412:
      return ErrorKind::conflict;
    case 429:
      return ErrorKind::throttled;
    case 501:
    case 505:
      return ErrorKind::invalid;
    case 507:
      return ErrorKind::budget;
    default:
      if (status < 300) return ErrorKind::in_doubt;  // an error after it had said that all is well
      return status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid;
  }
}

bool is_about_region(int status, const std::string& code) {
  return (status >= 300 && status < 400) || code == "AuthorizationHeaderMalformed" ||
         code == "PermanentRedirect" || code == "TemporaryRedirect" ||
         code == "IllegalLocationConstraintException";
}

// The store's own words, fit for one line of a log.
std::string quoted(const ErrorAnswer& answer) {
  if (answer.code.empty() && answer.message.empty()) return {};
  std::string text = answer.code;
  if (!answer.message.empty()) {
    text += (text.empty() ? "" : ": ") + answer.message.substr(0, 200);
  }
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return " [" + text + "]";
}

std::string region_advice(const Asked& asked, const std::string& region) {
  const std::string bucket = "the bucket '" + asked.bucket + "'";
  if (region.empty() || region == asked.region) {
    return bucket + " is not reached with region '" + asked.region +
           "' at this endpoint: correct the region or the endpoint";
  }
  return bucket + " is in region '" + region + "', not '" + asked.region + "': set region to '" +
         region + "'";
}

std::string denied_advice(const Asked& asked) {
  const std::string subject = "bucket '" + asked.bucket + "'";
  if (asked.method == "PUT" || asked.method == "POST") {
    return "no right to write to the " + subject + ": allow s3:PutObject";
  }
  if (asked.method == "DELETE") return "no right to remove from the " + subject;
  return "no right to read from the " + subject +
         ": allow s3:GetObject and s3:ListBucket (without the latter S3 says this of missing keys, "
         "too)";
}

Error error_of(int status,
               const ErrorAnswer& answer,
               const std::string& region,
               const Asked& asked) {
  Error error{.kind = kind_of_status(status, asked, !answer.code.empty()), .origin_code = status};
  const auto* meaning = std::ranges::find(k_meanings, answer.code, &Meaning::code);
  if (meaning != k_meanings.end()) {
    error.kind = meaning->kind;
    error.what = meaning->advice;
  } else if (answer.code == "NoSuchBucket") {
    error.kind = ErrorKind::invalid;
    error.what = "the bucket '" + asked.bucket + "' does not exist: create it, or correct its name";
  } else if (is_about_region(status, answer.code)) {
    error.kind = ErrorKind::invalid;
    error.what = region_advice(asked, region);
  } else if (status == 404 && asked.method == "HEAD") {
    error.what = "no such object";
  } else if (status == 401 || status == 403) {
    error.what = denied_advice(asked);
  }
  if (error.what.empty()) error.what = "the store answered with status " + std::to_string(status);
  error.what += quoted(answer);
  return error;
}

// How far this machine's clock is from the answer's Date, in words.
std::string skew_advice(const HttpResponse& response, const Asked& asked) {
  const std::string date(response.header("Date"));
  std::tm parts{};
  if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &parts) == nullptr) {
    return "this machine's clock is wrong: set it";
  }
  const auto theirs = wall_time(std::max<std::int64_t>(0, ::timegm(&parts)));
  const auto minutes = std::chrono::round<std::chrono::minutes>(asked.time - theirs).count();
  return "this machine's clock is " + std::to_string(std::abs(minutes)) + " minutes " +
         (minutes < 0 ? "behind" : "ahead of") + " the store's: set it";
}

std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response) {
  const auto text = response.header("Retry-After");
  int seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || parsed.ec != std::errc{} || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

std::string region_named_by(const HttpResponse& response) {
  const std::string header(response.header("x-amz-bucket-region"));
  return header.empty() ? parse_error_answer(response.body).region : header;
}

Error answer_error(int status, const ErrorAnswer& answer, const Asked& asked) {
  return error_of(status, answer, answer.region, asked);
}

Error answer_error(const HttpResponse& response, const Asked& asked) {
  const ErrorAnswer answer = parse_error_answer(response.body);
  Error error = error_of(response.status, answer, region_named_by(response), asked);
  if (answer.code == "RequestTimeTooSkewed") {
    error.kind = ErrorKind::denied;
    error.what = skew_advice(response, asked) + quoted(answer);
  }
  error.retry_after = retry_after(response);
  return error;
}

}  // namespace fmferry::s3
