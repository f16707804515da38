// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim {

// One element of an XML text. Elements with children keep no text of their own.
struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::vector<XmlElement> children;
  std::string text;

  [[nodiscard]] const XmlElement* child(std::string_view name) const;
  [[nodiscard]] std::string attribute(const std::string& name) const;  // "" when it has none
};

// The root element; a ScriptProblem for anything that is not well-formed, or is a DTD.
XmlElement read_xml(std::string_view text);

}  // namespace fmsim
