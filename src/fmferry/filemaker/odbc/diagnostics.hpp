// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/driver_manager.hpp>
#include <fmferry/foundation/secret.hpp>

#include <string>
#include <vector>

namespace fmferry::odbc {

// One of the records that a failed call leaves behind. Its text may hold the connection string or a
// field's value.
struct Diagnostic {
  std::string state{};  // SQLSTATE
  int native{0};
  std::string text{};
};

inline constexpr int k_record_locked = 301;
inline constexpr int k_record_changed = 306;
inline constexpr int k_file_not_open = 802;

enum class Doing { connecting, reading, writing };

// All records of the handle: the first may be cut off or garbled when the driver mixes up its
// character sets, and the next one says it.
[[nodiscard]] std::vector<Diagnostic> read_diagnostics(const DriverManager& manager,
                                                       SQLSMALLINT type,
                                                       SQLHANDLE handle);

// What they mean to us, in our words, with the SQLSTATE: by FileMaker's own code or text if one is
// recognised in any of them, else by SQLSTATE. The driver's text is passed on only while connecting
// (no field's value can be in it then), and without secrets. `dead`: the driver knows that the
// connection is gone, though it may say so in no text. A connection that breaks while writing is
// `in_doubt`. What nobody recognises is `corrupt`, or `unavailable` while connecting. origin_code
// is FileMaker's code, if there is one.
[[nodiscard]] Error error_of(const std::vector<Diagnostic>& diagnostics,
                             Doing doing,
                             bool dead,
                             const Secret& password);

// The connection is of no more use.
[[nodiscard]] bool says_connection_lost(const std::vector<Diagnostic>& diagnostics);

}  // namespace fmferry::odbc
