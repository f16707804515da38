// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/net/http.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fmferry::dataapi {

// Where a stream reference really leads: always the configured server. FileMaker hands out
// addresses with names and ports that only it can reach; when their path is that of its streaming
// service they mean this server. Anything else elsewhere is nobody we would ask.
[[nodiscard]] std::optional<Url> stream_url(const Url& server,
                                            const Url& base,
                                            std::string_view reference);

// What the value of a container field in `fieldData` says. The handle holds the address and the
// number of the session it was made for: the server streams to no other one.
[[nodiscard]] Container read_container(std::string field,
                                       std::string_view value,
                                       const Url& server,
                                       std::int64_t session);

struct StreamHandle {
  std::int64_t session{0};
  Url url{};
};

[[nodiscard]] std::optional<StreamHandle> read_handle(std::string_view handle);

// The extension in the address, lower case without the dot; empty when there is none.
[[nodiscard]] std::string extension_of(const Url& url);

}  // namespace fmferry::dataapi
