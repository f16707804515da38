// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>

#include <string>
#include <string_view>

// The streams that objects are made of.
namespace fmsim::fmp12 {

// The name of the inserted file; `kind` is image or file, also filemac and the like. At most 127
// UTF-16 units each: how a higher count is said is not known, so that throws std::length_error.
Stream name_stream(std::string_view kind, std::string_view name, std::string_view directory = "");

Stream size_stream(std::uint32_t width, std::uint32_t height);

// Says which stream is the main one.
Stream main_stream(std::string_view type);

Stream plain_stream(std::string_view type, std::string bytes);

// The streams of a file that was inserted: as a picture with a stream of its own type and its
// size, or as a file. What a stream is called is up to the bytes, not to the name.
std::vector<Stream> inserted_picture(std::string_view type,
                                     Body body,
                                     std::string_view name,
                                     std::uint32_t width,
                                     std::uint32_t height);
std::vector<Stream> inserted_file(Body body, std::string_view name);

// Ascending by type, as FileMaker stores them.
void sort_streams(std::vector<Stream>& streams);

// The one that holds what the user inserted: FILE, else what MAIN names, else what the file's name
// promises, else the most telling one. Null when there is none.
const Stream* picture_of(const Object& object);

// The name of the inserted file, if there is one.
std::optional<std::string> name_of(const Object& object);

// The MD5 that the object carries: over type and bytes of each stream but GLPH. 16 raw bytes.
std::string object_md5(const Object& object);

}  // namespace fmsim::fmp12
