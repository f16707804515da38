// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <array>

namespace fmferry::doctor {
namespace {

// FileMaker's own codes, and HTTP's where a page came instead of them.
constexpr int k_file_not_open = 802;
constexpr int k_no_capacity = 812;
constexpr int k_too_many_sessions = 956;
constexpr int k_layout_missing = 105;
constexpr int k_not_found = 404;

constexpr std::string_view k_user_id =
    "No user name reached the ODBC driver. It takes neither user nor password from a data source: "
    "pass both in every connection string (DSN=...;UID=...;PWD=...). The message comes from the "
    "driver on this machine and says nothing about the server or its rights. fmferry passes both: "
    "set [source] user and password. FileMaker Cloud offers no ODBC at all: use OData there";

struct Known {
  std::string_view mark;  // lower case
  std::string_view means;
};

// What people meet in other programs as well.
constexpr std::array k_known{
    Known{"user id must be specified", k_user_id},
    Known{
        "(953)",
        "The yearly data allowance of the licence is used up for the Data API and OData alike. It "
        "begins anew on the day of the subscription; ODBC and closed files do not count"},
    Known{"invalid filemaker data api token",
          "The session is over (952): after 15 minutes without a call, or as the server restarted. "
          "Log in again; fmferry does so by itself"},
    Known{"exceeded host's capacity",
          "Too many sessions (812): programs that log in for each call leave them behind. End them "
          "in the Admin Console, or wait 15 minutes"},
    Known{"can't open lib",
          "The driver manager can't open the ODBC driver: see that it is installed, of this "
          "machine's processor, and registered in odbcinst.ini (docs/manual/odbc.md)"},
};

std::string advice_on_odbc(const Error& error) {
  if (std::string known = explanation_of(error.what); !known.empty()) return known;
  if (error.what.find("FileMaker Cloud offers no ODBC") != std::string::npos) {
    return "use OData there: [source] kind = \"odata\"";
  }
  if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout) {
    return "switch ODBC/JDBC on in the Admin Console (Connectors), and open TCP port 2399 to this "
           "machine";
  }
  return "see docs/manual/odbc.md: the driver manager, FileMaker's driver, and their names";
}

std::string advice_on_account(Door door) {
  return "check [source] user and password; if they are right, the account's privilege set lacks "
         "the extended privilege " +
         std::string(privilege_of(door)) + " (in the file: Manage > Security)";
}

std::string advice_on_web_door(const Error& error, Door door) {
  const std::string name = door == Door::odata ? "OData" : "the FileMaker Data API";
  if (error.origin_code == k_not_found) {
    return "switch " + name + " on in the Admin Console (Connectors)";
  }
  if (error.origin_code >= 500 && error.origin_code < 505) {
    return "the engine behind the web server is down: restart it in the Admin Console, or wait";
  }
  return "see that FileMaker Server is up; then run this again";
}

}  // namespace

std::string_view privilege_of(Door door) {
  switch (door) {
    case Door::data_api:
      return "fmrest";
    case Door::odata:
      return "fmodata";
    case Door::odbc:
      return "fmxdbc";
  }
  return "";
}

bool refuses_account(const Error& error) {
  return error.kind == ErrorKind::denied && explanation_of(error.what).empty();
}

std::string advice_for(const Error& error, Door door) {
  if (error.kind == ErrorKind::budget) {
    return "wait until the allowance begins anew on the day of the subscription, or take the bytes "
           "over ODBC or from a closed copy of the file: neither counts";
  }
  if (refuses_account(error)) return advice_on_account(door);
  switch (error.origin_code) {
    case k_file_not_open:
      return "open the file on the server; [source] database is its name without .fmp12, and case "
             "counts";
    case k_layout_missing:
      return "check [source] layout, and that the account may see it";
    case k_no_capacity:
    case k_too_many_sessions:
      return "end idle sessions in the Admin Console, or wait 15 minutes until they end themselves";
    default:
      break;
  }
  return door == Door::odbc ? advice_on_odbc(error) : advice_on_web_door(error, door);
}

std::string explanation_of(std::string_view message) {
  const std::string lower = to_lower(message);
  for (const auto& known : k_known) {
    if (lower.find(known.mark) != std::string::npos) return std::string(known.means);
  }
  return {};
}

}  // namespace fmferry::doctor
