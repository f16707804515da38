// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/clinic.hpp>
#include <fmsim/fmp12/model.hpp>

#include <vector>

namespace fmsim::fmp12 {

// The clinic that the simulator serves, as the tables of its file: same records, modification
// counts, texts and pictures, dates as the Data API shows them. A third table, Preferences, has
// what the clinic lacks: globals, repetitions, text of all scripts. With `outside` the containers
// that the clinic keeps outside the file are references of a made-up form; else they are in it, as
// in a self-contained copy. The clinic must outlive the tables.
std::vector<Table> clinic_tables(const Clinic& clinic, bool outside);

}  // namespace fmsim::fmp12
