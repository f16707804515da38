// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/app/config_section.hpp>

namespace fmferry {

// One table of the configuration each.
void read_source(const toml::table& root, Config& config, Problems& problems);
void read_script(const toml::table& root, Config& config, Problems& problems);
void read_odbc(const toml::table& root, Config& config, Problems& problems);
// After [record]: it needs to know what tells a record's parent.
void read_catalogue(const toml::table& root, Config& config, Problems& problems);
void read_pace(const toml::table& root, Config& config, Problems& problems);
void read_thumbnails(const toml::table& root, Config& config, Problems& problems);

}  // namespace fmferry
