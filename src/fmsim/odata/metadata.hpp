// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/odata/answer.hpp>

namespace fmsim::odata {

// The description of the database: XML, or JSON when that is what the client accepts.
Reply metadata(const View& view, std::string_view accept, const ODataSettings& settings);

}  // namespace fmsim::odata
