// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/api.hpp>
#include <fmferry/ports/source.hpp>

#include <atomic>

namespace fmferry::odata {

// The original name in a Content-Disposition header: `filename*=UTF-8''...` before `filename="..."`
// before `filename=...`; empty when there is none.
[[nodiscard]] std::string file_name_in(std::string_view disposition);

// One `$value` of a container, streamed to the sink. What no file name came with and what is text
// goes to no sink: it is the path of a reference, typed text, or the file's name in the place of
// the file, as some servers send it. `not_found` only where the server says in one of its ways that
// nothing is there: 204, no bytes at all, `empty_text`, or a 404 of the engine's own while
// `is_there` says that the record is. `corrupt`, with k_holds_no_file, for what is no file.
// `parts`: see PartRequest.
[[nodiscard]] Result<ContainerInfo> fetch_value(const Api& api,
                                                const std::string& url,
                                                const std::string& empty_text,
                                                const std::function<Result<bool>()>& is_there,
                                                std::atomic<bool>& parts,
                                                const ByteSink& sink,
                                                const CallContext& context);

}  // namespace fmferry::odata
