// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmsim {

// Appends `text` as a JSON string, escaped the way JavaScript's JSON.stringify does.
void append_json(std::string& out, std::string_view text);

std::string json_string(std::string_view text);

// Appends `"key":`.
void append_key(std::string& out, std::string_view key);

// Appends `"key":"value"` with a comma before it unless it is an object's first member.
void append_member(std::string& out, std::string_view key, std::string_view value);

// The same with text that is JSON already.
void append_raw_member(std::string& out, std::string_view key, std::string_view json);

}  // namespace fmsim
