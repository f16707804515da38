// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/dataapi/api.hpp>
#include <fmferry/filemaker/dataapi/layout.hpp>
#include <fmferry/ports/source.hpp>

namespace fmferry::dataapi {

// One entry of `data`. `invalid` when a field that was asked for is not in it: then the layout
// was changed, and a missing value must not pass for an empty one.
[[nodiscard]] Result<Record> read_record(const boost::json::object& entry,
                                         const RecordShape& shape,
                                         const Url& server,
                                         std::int64_t session);

// All entries of a reply; `corrupt` when there are fewer than the reply itself promises.
[[nodiscard]] Result<Page> read_page(const ApiReply& reply,
                                     std::int64_t offset,
                                     int limit,
                                     const RecordShape& shape,
                                     const Url& server);

[[nodiscard]] Result<std::int64_t> read_found_count(const boost::json::object& response);

// The body that sets fields; `mod_id` makes the server refuse when the record was changed.
[[nodiscard]] std::string write_body(const FieldUpdates& updates,
                                     std::optional<std::int64_t> mod_id);

// The body of a find for one record that has something in `field`, before which a script runs.
[[nodiscard]] std::string find_with_script(const std::string& field,
                                           const std::string& script,
                                           const std::string& parameter);

// What a script that ran for this request returned; suffix: of the members that tell about it.
// `corrupt` when it ended with an error of its own, or when nothing is said about it.
[[nodiscard]] Result<std::string> script_result(const boost::json::object& response,
                                                const std::string& suffix);

}  // namespace fmferry::dataapi
