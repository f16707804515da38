// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/ports/script_door.hpp>

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <utility>

namespace fmferry::inside {

// What a script of ours said, by the record and the container (empty: about no container) that each
// part of its answer is about.
using ScriptAnswer = std::map<std::pair<RecordId, std::string>, boost::json::object>;

// Runs one of our scripts. `corrupt` when what it answers is not of the form that ours have,
// `invalid` when the solution has no such script. offer: what `fmferry script` calls it.
Result<ScriptAnswer> ask_script(ScriptDoor& door,
                                const std::string& script,
                                const std::string& offer,
                                const boost::json::object& parameter,
                                const CallContext& context);

// A member as text; empty when it is not there.
[[nodiscard]] std::string text_in(const boost::json::object& part, std::string_view name);

}  // namespace fmferry::inside
