// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/http.hpp>
#include <fmferry/ports/source.hpp>

#include <atomic>
#include <string>

namespace fmferry::dataapi {

// How one attempt to stream a container ended.
struct DownloadResult {
  Result<ContainerInfo> info{};
  // The address or its session has died and nothing went to the sink: a fresh address may do.
  bool stale{false};
};

// One attempt: the first hop with the bearer, redirects by hand, and a cookie jar that lives and
// dies with this download. (Cookies shared by downloads that run at the same time are mixed up by
// the server, and it answers 401.) The bearer goes to the server only. `parts`: see PartRequest.
[[nodiscard]] DownloadResult download(const HttpClient& http,
                                      const Url& server,
                                      const Url& address,
                                      const std::string& token,
                                      std::atomic<bool>& parts,
                                      const ByteSink& sink,
                                      const CallContext& context);

}  // namespace fmferry::dataapi
