// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/script/value.hpp>

#include <string>
#include <vector>

namespace fmsim {

// Each argument is one value, or the several of a [list].
using Arguments = std::vector<std::vector<Value>>;

// The functions that need nothing but their arguments.
Value call_function(const std::string& name, const Arguments& arguments);

// json_functions.cpp; JSON that cannot be read gives "?" as FileMaker does.
Value json_get(const std::string& json, const std::string& path);
Value json_list_keys(const std::string& json, const std::string& path);
Value json_set(const std::string& json,
               const std::string& path,
               const Value& value,
               const std::string& type);

}  // namespace fmsim
