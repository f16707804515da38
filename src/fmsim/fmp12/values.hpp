// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/fmp12/writer.hpp>

#include <string_view>

namespace fmsim::fmp12 {

inline constexpr std::size_t k_piece = 1000;

// Puts a text under `key`, as an entry or as a directory of pieces.
void write_text(Writer& writer, std::string_view key, std::string_view text, Shape shape);

// Puts a container's reference to an object of the same table under `key`.
void write_reference(Writer& writer, std::string_view key, std::uint32_t object);

// Puts the cells of a record, or of the globals, into the open directory, with the record's count
// of modifications if it has one.
void write_cells(Writer& writer, const std::vector<Cell>& cells, std::uint32_t modifications);

// Puts bytes under `key`: an entry up to 1000, else a directory of pieces.
void write_stream(Writer& writer, std::string_view key, const Body& body);

}  // namespace fmsim::fmp12
