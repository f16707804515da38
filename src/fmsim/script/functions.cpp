// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/calculation_node.hpp>
#include <fmsim/script/functions.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>

namespace fmsim {
namespace {

// Texts are UTF-8; FileMaker counts characters. What is cut here (dates, status lines, JSON) is
// ASCII, and for anything else the count would be of bytes, so that is refused.
const std::string& ascii(const std::string& text) {
  const bool plain = std::all_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  if (!plain) throw ScriptProblem("calculation: cutting text beyond ASCII is not simulated");
  return text;
}

std::string text_of(const Arguments& arguments, std::size_t at) {
  return arguments.at(at).at(0).shown();
}

double number_of(const Arguments& arguments, std::size_t at) {
  return arguments.at(at).at(0).as_number();
}

std::size_t count_of(const Arguments& arguments, std::size_t at) {
  return static_cast<std::size_t>(std::max(0.0, number_of(arguments, at)));
}

Value middle(const Arguments& a) {
  const std::string text = ascii(text_of(a, 0));
  const std::size_t from = count_of(a, 1);
  if (from == 0 || from > text.size()) return {};
  return Value::of(text.substr(from - 1, count_of(a, 2)));
}

Value position(const Arguments& a) {
  const std::string text = text_of(a, 0);
  const std::string wanted = text_of(a, 1);
  std::size_t at = std::max<std::size_t>(count_of(a, 2), 1) - 1;
  for (std::size_t found = 0; !wanted.empty() && at < text.size(); ++at) {
    at = text.find(wanted, at);
    if (at == std::string::npos) break;
    if (++found == count_of(a, 3)) {
      ascii(text.substr(0, at));
      return Value::of(static_cast<double>(at + 1));
    }
  }
  return Value::of(0.0);
}

Value pattern_count(const Arguments& a) {
  const std::string text = text_of(a, 0);
  const std::string wanted = text_of(a, 1);
  double count = 0;
  for (std::size_t at = text.find(wanted); !wanted.empty() && at != std::string::npos;
       at = text.find(wanted, at + wanted.size())) {
    ++count;
  }
  return Value::of(count);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

Value substitute(const Arguments& a) {
  std::string text = text_of(a, 0);
  if (a.at(1).size() == 1) {
    replace_all(text, text_of(a, 1), text_of(a, 2));
    return Value::of(text);
  }
  for (std::size_t i = 1; i < a.size(); ++i) {
    replace_all(text, a[i].at(0).shown(), a[i].at(1).shown());
  }
  return Value::of(text);
}

Value value_count(const Arguments& a) {
  const std::string text = text_of(a, 0);
  const auto lines = static_cast<double>(std::count(text.begin(), text.end(), '\r'));
  return Value::of(lines + (text.empty() || text.back() == '\r' ? 0 : 1));
}

Value quote(const Arguments& a) {
  std::string text = "\"";
  for (const char c : text_of(a, 0)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return Value::of(text + "\"");
}

Value date(const Arguments& a) {
  char text[40];
  std::snprintf(text,
                sizeof text,
                "%04d-%02d-%02d",
                static_cast<int>(number_of(a, 2)),
                static_cast<int>(number_of(a, 0)),
                static_cast<int>(number_of(a, 1)));
  return {.kind = Value::Kind::date, .text = text};
}

Value time(const Arguments& a) {
  return Value::of(number_of(a, 0) * 3600 + number_of(a, 1) * 60 + number_of(a, 2));
}

Value timestamp(const Arguments& a) {
  const auto seconds = static_cast<int>(number_of(a, 1));
  if (a[0][0].kind != Value::Kind::date || seconds < 0 || seconds >= 86400) {
    throw ScriptProblem("calculation: this use of Timestamp is not simulated");
  }
  char text[40];
  std::snprintf(
      text, sizeof text, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return {.kind = Value::Kind::timestamp, .text = a[0][0].text + text};
}

Value container_attribute(const Arguments& a) {
  const Value& container = a[0][0];
  std::string attribute = text_of(a, 1);
  std::transform(attribute.begin(), attribute.end(), attribute.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  if (attribute != "md5" && attribute != "filesize" && attribute != "filename") {
    throw ScriptProblem("calculation: attribute " + attribute + " is not simulated");
  }
  if (container.file == nullptr) return {};
  if (attribute == "md5") return Value::of(container.file->md5());
  if (attribute == "filename") return Value::of(container.file_name);
  return Value::of(static_cast<double>(container.file->size()));
}

Value json_set_many(const Arguments& a) {
  if (a.at(1).size() == 1) {
    return json_set(text_of(a, 0), text_of(a, 1), a.at(2).at(0), text_of(a, 3));
  }
  std::string json = text_of(a, 0);
  for (std::size_t i = 1; i < a.size(); ++i) {
    json = json_set(json, a[i].at(0).shown(), a[i].at(1), a[i].at(2).shown()).text;
  }
  return Value::of(json);
}

Value lower(const Arguments& a) {
  std::string text = text_of(a, 0);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return Value::of(text);
}

struct Function {
  std::size_t least;
  std::size_t most;
  std::function<Value(const Arguments&)> run;  // empty: the evaluator does it
};

constexpr std::size_t k_many = 1000;

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> k_functions{
      {"if", {2, 3, {}}},
      {"case", {2, k_many, {}}},
      {"getfield", {1, 1, {}}},
      {"char",
       {1,
        1,
        [](const Arguments& a) {
          return Value::of(std::string(1, static_cast<char>(count_of(a, 0))));
        }}},
      {"date", {3, 3, date}},
      {"exact",
       {2, 2, [](const Arguments& a) { return Value::of(text_of(a, 0) == text_of(a, 1)); }}},
      {"getasnumber",
       {1,
        1,
        [](const Arguments& a) {
          return text_of(a, 0).empty() ? Value() : Value::of(number_of(a, 0));
        }}},
      {"getastext", {1, 1, [](const Arguments& a) { return Value::of(text_of(a, 0)); }}},
      {"getcontainerattribute", {2, 2, container_attribute}},
      {"isempty", {1, 1, [](const Arguments& a) { return Value::of(a[0][0].is_empty()); }}},
      {"jsongetelement",
       {2, 2, [](const Arguments& a) { return json_get(text_of(a, 0), text_of(a, 1)); }}},
      {"jsonlistkeys",
       {2, 2, [](const Arguments& a) { return json_list_keys(text_of(a, 0), text_of(a, 1)); }}},
      {"jsonsetelement", {2, k_many, json_set_many}},
      {"length",
       {1,
        1,
        [](const Arguments& a) {
          return Value::of(static_cast<double>(ascii(text_of(a, 0)).size()));
        }}},
      {"left",
       {2,
        2,
        [](const Arguments& a) {
          return Value::of(ascii(text_of(a, 0)).substr(0, count_of(a, 1)));
        }}},
      {"lower", {1, 1, lower}},
      {"middle", {3, 3, middle}},
      {"patterncount", {2, 2, pattern_count}},
      {"position", {4, 4, position}},
      {"quote", {1, 1, quote}},
      {"substitute", {2, k_many, substitute}},
      {"time", {3, 3, time}},
      {"timestamp", {2, 2, timestamp}},
      {"valuecount", {1, 1, value_count}},
  };
  return k_functions;
}

}  // namespace

void check_call(const std::string& name, std::size_t parts) {
  const auto found = functions().find(name);
  if (found == functions().end()) throw ScriptProblem("calculation: unknown function");
  if (parts < found->second.least || parts > found->second.most) {
    throw ScriptProblem("calculation: wrong number of parameters");
  }
}

Value call_function(const std::string& name, const Arguments& arguments) {
  return functions().at(name).run(arguments);
}

}  // namespace fmsim
