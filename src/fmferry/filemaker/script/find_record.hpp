// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/script/snippet.hpp>
#include <fmferry/filemaker/script/solution.hpp>

namespace fmferry::script {

// Steps that begin each of our scripts: nothing may ask, nothing may stop it, and the right layout.
void begin(Snippet& snippet, const Solution& solution, std::string_view purpose);

// Steps that walk through the array $list; `what` names it in the parameter. Leaves $item, $id and
// $recordId in the loop.
void begin_items(Snippet& snippet, std::string_view what);
void end_items(Snippet& snippet);

// Steps that go to the record with $id (and $recordId, where that is given). Afterwards $problem is
// empty, "not_found" or "find_failed", and $error is FileMaker's code.
void find_record(Snippet& snippet, const Solution& solution);

// The same list of results that every script answers with.
void answer(Snippet& snippet);

}  // namespace fmferry::script
