// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/clinic.hpp>

#include <iosfwd>
#include <string>

namespace fmsim {

// One JSON line for each image record: what a perfect migration would find there. Streams.
void write_truth(const Clinic& clinic, std::ostream& out);

// What becomes of a record in an undisturbed run: moved, empty, corrupt, duplicate or refused. The
// earlier record of a pair with one id looks like any other here; write_truth() knows both.
std::string expected_fate(const Clinic& clinic, std::uint64_t index, const Containers& containers);

// SQL for sqlite3: the application's tables as its framework makes them, and the clinic's patients.
void write_catalogue_sql(const Clinic& clinic, std::ostream& out);

// SQL for psql: the clinic's tables as a PostgreSQL can show them that speaks most of FileMaker's
// SQL: ROWID and ROWMODID, CAST of a container to its content's name, GetAs, FileMaker_Tables and
// FileMaker_Fields. What it can't take is the word DEFAULT in GetAs; 'DEFAULT' stands for it.
void write_filemaker_sql(const Clinic& clinic, std::ostream& out);

}  // namespace fmsim
