// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/ports/catalogue.hpp>
#include <fmferry/ports/object_store.hpp>
#include <fmferry/thumbnail/thumbnail_pool.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fmferry {

// The configured store, without anything before it. Talks to nobody yet; `clock` must outlive it.
Result<std::unique_ptr<ObjectStore>> open_store(const Config& config, Clock& clock);

// Where the store's web server is.
struct StoreHost {
  std::string url{};
  std::string ca_file{};  // empty: the system's
};

// Nothing for a folder.
Result<std::optional<StoreHost>> store_host(const Config& config);

// The configured catalogue, not checked yet; null when none is configured. `clock` must outlive it.
// `invalid` when there is no such database; a server's is connected to at once.
// With `create` a file for tables of our own is made where there is none; without, it is taken for
// an empty one.
Result<std::unique_ptr<Catalogue>> open_catalogue(const Config& config, Clock& clock, bool create);

// A pool of workers, one of which runs already. `invalid` when the program is not there or does not
// start.
Result<std::unique_ptr<ThumbnailPool>> open_thumbnailer(const ThumbnailConfig& wanted,
                                                        const CallContext& context);

}  // namespace fmferry
