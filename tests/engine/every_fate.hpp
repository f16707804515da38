// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine_fixture.hpp"

namespace fmferry::test {

// A clinic with every fate in it.
void fill_with_every_fate(World& world);

// Everything that lasts, without times.
std::string state_of(World& world);

}  // namespace fmferry::test
