// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/tables.hpp>

namespace fmsim {

Reply product_info();
Reply layout_list();
Reply script_list();
Reply layout_metadata(const Layout& layout);

// The first version's form, which old clients still ask for.
Reply old_layout_metadata(const Layout& layout);

}  // namespace fmsim
