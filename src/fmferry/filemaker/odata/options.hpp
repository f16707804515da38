// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/authorization.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace fmferry {

// How the listing finds its place again. A server that can't order by ROWID is told by asking it.
enum class ODataPaging {
  automatic,  // `row_id` where it works, else `key`, else `skip`
  row_id,     // what follows the last ROWID
  key,        // what follows the last value of the table's declared key
  skip,       // so many records on
};

// How to reach one table occurrence of a hosted FileMaker solution over OData.
struct ODataOptions {
  std::string server{};    // https://host[:port]; plain http only to loopback
  std::string database{};  // without .fmp12; case counts
  std::string table{};     // the table occurrence
  std::string layout{};    // what identity() says in its place; empty: the table
  std::shared_ptr<Authorization> authorization{};  // never null
  std::vector<std::string> containers{};           // empty: every container of the table
  std::vector<std::string> fields{};          // to read as text; empty: all that are no containers
  std::vector<std::string> written_fields{};  // mark and stamp; check() proves that they are there
  std::string ca_file{};                      // PEM; empty: the system's
  bool insecure{false};                       // no TLS verification; refused but for loopback
  int page_size{500};
  bool parts{true};  // ask for the beginning of a file where no more of it is wanted
  ODataPaging paging{ODataPaging::automatic};
  // What the server sends for an empty container besides 204, a 404 of its own, or nothing at all:
  // a text. Claris does not document it.
  std::string empty_text{};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds stall_timeout{60};
};

}  // namespace fmferry
