// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection_string.hpp>
#include <fmferry/filemaker/odbc/diagnostics.hpp>
#include <fmferry/filemaker/odbc/utf16.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace fmferry::odbc {
namespace {

constexpr SQLSMALLINT k_most_records = 16;
constexpr std::size_t k_text_units = 2048;

struct Meaning {
  std::string_view mark;  // of a text: lower case; of an SQLSTATE: how it begins
  ErrorKind kind;
  std::string_view words;
};

constexpr std::string_view k_no_table = "the file has no table occurrence of that name";
constexpr std::string_view k_no_field = "the table has no field of that name";
constexpr std::string_view k_bad_syntax =
    "the server does not understand the statement: is a field's name unusual, or the server older "
    "than 19?";

// Texts that say more than their SQLSTATE does.
constexpr std::array k_texts{
    Meaning{"user id must be specified",
            ErrorKind::denied,
            "no user name reached the driver, which takes it from no data source: [source] user "
            "and password must be set; it says nothing about the server"},
    Meaning{"can't open lib",
            ErrorKind::invalid,
            "the library of the ODBC driver can't be opened: is FileMaker's driver installed, and "
            "registered in odbcinst.ini under this name?"},
    Meaning{"fql0001", ErrorKind::invalid, k_bad_syntax},
    Meaning{"fql0002", ErrorKind::invalid, k_no_table},
    Meaning{"fql0007", ErrorKind::invalid, k_no_field},
    Meaning{"password authentication failed",
            ErrorKind::denied,
            "the server does not accept this user and password"},
};

struct CodeMeaning {
  int first;
  int last;
  ErrorKind kind;
  std::string_view words;
};

// FileMaker's own codes; drivers write them in brackets.
constexpr std::array k_codes{
    CodeMeaning{9, 9, ErrorKind::denied, "the account's privilege set does not allow this"},
    CodeMeaning{101, 101, ErrorKind::not_found, "the record is gone"},
    CodeMeaning{102, 102, ErrorKind::invalid, k_no_field},
    CodeMeaning{106, 106, ErrorKind::invalid, k_no_table},
    CodeMeaning{200, 204, ErrorKind::denied, "the account may not use this record or field"},
    CodeMeaning{211,
                218,
                ErrorKind::denied,
                "user or password is wrong, or the account lacks the extended privilege fmxdbc"},
    CodeMeaning{k_record_locked,
                k_record_locked,
                ErrorKind::conflict,
                "somebody else is editing the record"},
    CodeMeaning{303, 303, ErrorKind::unavailable, "somebody is changing the database's schema"},
    CodeMeaning{k_record_changed,
                k_record_changed,
                ErrorKind::conflict,
                "the record was changed meanwhile"},
    CodeMeaning{500, 513, ErrorKind::invalid, "a value does not pass the validation of the field"},
    CodeMeaning{k_file_not_open,
                k_file_not_open,
                ErrorKind::unavailable,
                "the database can't be opened: it is closed or not on this server, or the account "
                "lacks the extended privilege fmxdbc"},
    CodeMeaning{812, 812, ErrorKind::throttled, "the host has no capacity left"},
    CodeMeaning{
        800, 899, ErrorKind::unavailable, "the server has trouble with the database's file"},
};

constexpr std::array k_states{
    Meaning{"08", ErrorKind::unavailable, "there is no connection to the server"},
    Meaning{"28", ErrorKind::denied, "the server does not accept this user and password"},
    Meaning{"IM002",
            ErrorKind::invalid,
            "the driver manager knows no data source or driver of this name: see odbc.ini and "
            "odbcinst.ini"},
    Meaning{"IM", ErrorKind::invalid, "the driver manager can't use this driver"},
    Meaning{"HYT", ErrorKind::timeout, "the server did not answer in time"},
    Meaning{"HY008", ErrorKind::cancelled, "interrupted"},
    Meaning{"42501", ErrorKind::denied, "the account may not do this"},
    Meaning{"42S02", ErrorKind::invalid, k_no_table},
    Meaning{"S0002", ErrorKind::invalid, k_no_table},
    Meaning{"42S22", ErrorKind::invalid, k_no_field},
    Meaning{"S0022", ErrorKind::invalid, k_no_field},
    Meaning{"42", ErrorKind::invalid, k_bad_syntax},
    Meaning{"37000", ErrorKind::invalid, k_bad_syntax},
    Meaning{"22", ErrorKind::invalid, "a value does not fit its field"},
    Meaning{"23", ErrorKind::invalid, "a value does not pass the validation of the field"},
    Meaning{"40", ErrorKind::conflict, "somebody else is changing the record"},
    Meaning{"53", ErrorKind::throttled, "the server has no capacity left"},
    Meaning{"57", ErrorKind::unavailable, "the server is shutting down or starting"},
};

std::string text_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const auto& each : diagnostics) text += to_lower(each.text) + "\n";
  return text;
}

const Meaning* by_text(const std::string& text) {
  const auto* found = std::ranges::find_if(
      k_texts, [&text](const Meaning& m) { return text.find(m.mark) != std::string::npos; });
  return found == k_texts.end() ? nullptr : found;
}

// The first number in brackets that is a code of FileMaker's.
std::optional<int> code_in(const std::string& text) {
  for (std::size_t at = 0; (at = text.find('(', at)) != std::string::npos; ++at) {
    int code = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + at + 1, end, code);
    if (error != std::errc{} || stop == end || *stop != ')') continue;
    const bool known = std::ranges::any_of(
        k_codes, [code](const CodeMeaning& m) { return code >= m.first && code <= m.last; });
    if (known) return code;
  }
  return std::nullopt;
}

const Meaning* by_state(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& each : diagnostics) {
    const auto* found = std::ranges::find_if(
        k_states, [&each](const Meaning& m) { return each.state.starts_with(m.mark); });
    if (found != k_states.end()) return found;
  }
  return nullptr;
}

// The most telling SQLSTATE: the first that is no mere warning.
std::string state_of(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& each : diagnostics) {
    if (!each.state.empty() && !each.state.starts_with("0000") && !each.state.starts_with("01")) {
      return each.state;
    }
  }
  return diagnostics.empty() ? std::string("none") : diagnostics.front().state;
}

Error recognised(const std::vector<Diagnostic>& diagnostics, Doing doing, bool dead) {
  const std::string text = text_of(diagnostics);
  if (const auto code = code_in(text)) {
    const auto* meaning = std::ranges::find_if(
        k_codes, [&](const CodeMeaning& m) { return *code >= m.first && *code <= m.last; });
    return {.kind = meaning->kind,
            .what = std::string(meaning->words) + " (FileMaker code " + std::to_string(*code) + ")",
            .origin_code = *code};
  }
  const Meaning* meaning = by_text(text);
  if (meaning == nullptr) meaning = by_state(diagnostics);
  if (meaning != nullptr) {
    return {.kind = meaning->kind,
            .what = std::string(meaning->words) + " (SQLSTATE " + state_of(diagnostics) + ")"};
  }
  if (dead) return {.kind = ErrorKind::unavailable, .what = "the connection to the server broke"};
  // Something unknown costs the record a try, but neither the run nor the record at once.
  const bool connecting = doing == Doing::connecting;
  return {.kind = connecting ? ErrorKind::unavailable : ErrorKind::corrupt,
          .what = std::string(connecting ? "can't connect" : "the driver failed") + " (SQLSTATE " +
                  state_of(diagnostics) + ")"};
}

}  // namespace

std::vector<Diagnostic> read_diagnostics(const DriverManager& manager,
                                         SQLSMALLINT type,
                                         SQLHANDLE handle) {
  std::vector<Diagnostic> diagnostics;
  for (SQLSMALLINT number = 1; number <= k_most_records; ++number) {
    std::array<SQLWCHAR, 6> state{};
    std::vector<SQLWCHAR> text(k_text_units);
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    const SQLRETURN done = manager.diagnostic(type,
                                              handle,
                                              number,
                                              state.data(),
                                              &native,
                                              text.data(),
                                              static_cast<SQLSMALLINT>(text.size()),
                                              &length);
    if (!SQL_SUCCEEDED(done)) break;
    const std::u16string said(text.begin(), std::find(text.begin(), text.end(), 0));
    diagnostics.push_back(
        {.state = to_utf8(std::u16string(state.begin(), std::find(state.begin(), state.end(), 0))),
         .native = native,
         .text = to_utf8(said)});
  }
  return diagnostics;
}

Error error_of(const std::vector<Diagnostic>& diagnostics,
               Doing doing,
               bool dead,
               const Secret& password) {
  Error error = recognised(diagnostics, doing, dead);
  const bool unanswered =
      dead || says_connection_lost(diagnostics) || error.kind == ErrorKind::timeout;
  if (doing == Doing::writing && unanswered) error.kind = ErrorKind::in_doubt;
  if (doing != Doing::connecting) return error;
  std::string said;
  for (const auto& each : diagnostics) {
    const std::string text = without_secrets(each.text, password);
    if (text.size() > said.size()) said = text;
  }
  if (!said.empty()) error.what += ": the driver says: " + said;
  return error;
}

bool says_connection_lost(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& each) {
    return each.state.starts_with("08") || each.state.starts_with("57");
  });
}

}  // namespace fmferry::odbc
