// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace fmferry {

// What is wrong with a configuration, a line each.
using Problems = std::vector<std::string>;

// Reads one table: each key that the program knows is asked for once; what is left is unknown. What
// is wrong is added to the problems, and the setting keeps its default then.
class Section {
 public:
  Section(const toml::table& root, std::string name, Problems& problems);

  [[nodiscard]] bool present() const { return table_ != nullptr; }

  // For keys that are tables of their own.
  void table(const std::string& key);
  void text(const std::string& key, std::string& into);
  void required_text(const std::string& key, std::string& into);
  void flag(const std::string& key, bool& into);
  void number(const std::string& key, int& into, int least, int most);
  void texts(const std::string& key, std::vector<std::string>& into);
  // For keys whose text is parsed further.
  void parsed(const std::string& key,
              const std::string& form,
              const std::function<bool(const std::string&)>& parse);
  void refuse_the_rest();

 private:
  const toml::node* find(const std::string& key);
  void problem(const toml::node* node, const std::string& text);

  std::string name_;
  const toml::table* table_;
  Problems& problems_;
  std::set<std::string> known_;
};

}  // namespace fmferry
