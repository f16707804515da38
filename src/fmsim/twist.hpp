// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fault_rule.hpp>
#include <fmsim/message.hpp>

namespace fmsim {

// The answer that a `reply` fault gives in place of the server's, in the form of that door.
Reply reply_of(const Fault& fault, Door door);

// Does to a reply what the fault says; faults that concern the request alone do nothing here.
void disturb_reply(Reply& reply, const Fault& fault);

}  // namespace fmsim
