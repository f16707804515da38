// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>

#include <algorithm>
#include <array>

namespace fmferry::filemaker {
namespace {

struct Meaning {
  int first;
  int last;
  ErrorKind kind;
  std::string_view text;
};

constexpr std::array k_meanings{
    Meaning{9, 9, ErrorKind::denied, "the account's privilege set does not allow this"},
    Meaning{10, 10, ErrorKind::denied, "the server received no credentials"},
    Meaning{101, 101, ErrorKind::not_found, "the record is gone"},
    Meaning{102, 102, ErrorKind::invalid, "a field is not on the layout"},
    Meaning{104, 104, ErrorKind::invalid, "the script does not exist"},
    Meaning{105, 105, ErrorKind::invalid, "the layout does not exist"},
    Meaning{106, 106, ErrorKind::invalid, "the table does not exist"},
    Meaning{112, 112, ErrorKind::unavailable, "the session was closed by the server"},
    Meaning{200, 202, ErrorKind::denied, "the account may not use this record or field"},
    Meaning{212,
            212,
            ErrorKind::denied,
            "user or password is wrong, or the account lacks the extended privilege fmrest"},
    Meaning{213, 218, ErrorKind::denied, "the account is locked or needs a new password"},
    Meaning{301, 301, ErrorKind::conflict, "somebody else is editing the record"},
    Meaning{303, 303, ErrorKind::unavailable, "somebody is changing the database's schema"},
    Meaning{306, 306, ErrorKind::conflict, "the record was changed meanwhile"},
    Meaning{400, 400, ErrorKind::invalid, "the find has no criteria"},
    Meaning{401, 401, ErrorKind::not_found, "no record matches"},
    Meaning{500, 513, ErrorKind::invalid, "a value does not pass the field's validation"},
    Meaning{802,
            802,
            ErrorKind::unavailable,
            "the database can't be opened: it is closed, being backed up, or not on this server"},
    Meaning{812, 812, ErrorKind::throttled, "the host has no capacity left"},
    Meaning{800, 899, ErrorKind::unavailable, "the server has trouble with the database's file"},
    Meaning{951, 951, ErrorKind::unavailable, "something unexpected happened at the server"},
    Meaning{952, 952, ErrorKind::unavailable, "the server does not accept the session"},
    Meaning{953,
            953,
            ErrorKind::budget,
            "the licence's yearly data limit is used up: the same command goes on from here when "
            "there is more, or when its period begins anew; a closed copy of the file costs none"},
    Meaning{956, 956, ErrorKind::throttled, "the server has no session left"},
    Meaning{957, 960, ErrorKind::invalid, "the server does not know a parameter of the request"},
    Meaning{1630, 1631, ErrorKind::unavailable, "the server can't reach its engine"},
    Meaning{1701, 1701, ErrorKind::unavailable, "the host can't take requests now"},
    Meaning{1708, 1708, ErrorKind::invalid, "a parameter of the request has a bad value"},
};

}  // namespace

Error error_of(int code) {
  const auto* meaning = std::ranges::find_if(
      k_meanings, [code](const Meaning& m) { return code >= m.first && code <= m.last; });
  // An unknown code costs the record a try, but neither the run nor the record at once.
  const bool known = meaning != k_meanings.end();
  return {.kind = known ? meaning->kind : ErrorKind::corrupt,
          .what = std::string(known ? meaning->text : "the server failed in a way unknown to us") +
                  " (FileMaker code " + std::to_string(code) + ")",
          .origin_code = code};
}

bool ends_session(int code) {
  return code == k_bad_token || code == k_window_missing;
}

}  // namespace fmferry::filemaker
