// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/tables.hpp>

#include <string>
#include <vector>

namespace fmsim {

Reply product_info();
Reply layout_list();
// `more`: scripts beside those of the made-up solution.
Reply script_list(const std::vector<std::string>& more);
Reply layout_metadata(const Layout& layout);

// The first version's form, which old clients still ask for.
Reply old_layout_metadata(const Layout& layout);

}  // namespace fmsim
