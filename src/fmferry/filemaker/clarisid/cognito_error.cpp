// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/cognito_error.hpp>
#include <fmferry/filemaker/clarisid/json_text.hpp>

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace fmferry::clarisid {
namespace {

// Within this Cognito accepts a time stamp without a word.
constexpr std::chrono::minutes k_tolerated{4};

struct Meaning {
  std::string_view name;
  ErrorKind kind;
  std::string_view text;
};

constexpr std::string_view k_not_authorized{"NotAuthorizedException"};

constexpr std::array k_meanings{
    Meaning{k_not_authorized,
            ErrorKind::denied,
            "user or password of the Claris ID is wrong, or the account is disabled"},
    Meaning{"UserNotFoundException",
            ErrorKind::denied,
            "there is no such Claris ID (accounts of an external identity provider can't be used)"},
    Meaning{"UserNotConfirmedException",
            ErrorKind::denied,
            "the Claris ID was never confirmed: open the link in Claris' mail"},
    Meaning{"PasswordResetRequiredException",
            ErrorKind::denied,
            "the Claris ID needs a new password: set one in the browser"},
    Meaning{"CodeMismatchException", ErrorKind::conflict, "the code was wrong"},
    Meaning{"ExpiredCodeException", ErrorKind::conflict, "the code is too old"},
    Meaning{"TooManyFailedAttemptsException",
            ErrorKind::denied,
            "too many wrong codes: wait a while, then run again"},
    Meaning{"TooManyRequestsException", ErrorKind::throttled, "Claris asks for fewer sign-ins"},
    Meaning{"LimitExceededException", ErrorKind::throttled, "Claris asks for fewer sign-ins"},
    Meaning{"ResourceNotFoundException",
            ErrorKind::denied,
            "the sign-in server does not know the client: is [source] user_pool_url right?"},
    Meaning{"InvalidParameterException",
            ErrorKind::invalid,
            "the sign-in server refuses this way of signing in"},
    Meaning{"ForbiddenException", ErrorKind::denied, "the sign-in server refuses this network"},
    Meaning{"InternalErrorException", ErrorKind::unavailable, "the sign-in server has trouble"},
};

// "com.amazonaws.cognito#NotAuthorizedException", "NotAuthorizedException:http://..."
std::string exception_in(const HttpResponse& response) {
  const auto body = parse_object(response.body);
  std::string name = body ? text_in(*body, "__type") : "";
  if (name.empty()) name = response.header("x-amzn-ErrorType");
  name = name.substr(0, name.find(':'));
  const auto hash = name.rfind('#');
  return hash == std::string::npos ? name : name.substr(hash + 1);
}

ErrorKind kind_of_status(int status) {
  if (status == 429) return ErrorKind::throttled;
  // No JSON and no success: something other than Cognito answered, which passes.
  return status == 400 ? ErrorKind::invalid : ErrorKind::unavailable;
}

}  // namespace

Error error_of(const HttpResponse& response) {
  const std::string name = exception_in(response);
  const auto* meaning = std::ranges::find(k_meanings, name, &Meaning::name);
  Error error{.kind = kind_of_status(response.status), .origin_code = response.status};
  if (meaning != k_meanings.end()) {
    error.kind = meaning->kind;
    error.what = meaning->text;
  } else {
    error.what = "the sign-in server answered with HTTP " + std::to_string(response.status);
  }
  return error;
}

Error blame_clock(Error error,
                  const HttpResponse& response,
                  std::chrono::system_clock::time_point now) {
  if (exception_in(response) != k_not_authorized) return error;
  const std::string date(response.header("Date"));

  struct tm parts {};

  if (::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &parts) == nullptr) return error;
  const auto theirs = std::chrono::system_clock::from_time_t(::timegm(&parts));
  const auto minutes = std::chrono::round<std::chrono::minutes>(now - theirs);
  if (std::chrono::abs(minutes) <= k_tolerated) return error;
  error.what = "this machine's clock is " + std::to_string(std::abs(minutes.count())) +
               " minutes " + (minutes.count() < 0 ? "behind" : "ahead of") +
               " Claris', which refuses every sign-in then: set it, and run again";
  return error;
}

}  // namespace fmferry::clarisid
