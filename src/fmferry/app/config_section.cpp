// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_section.hpp>
#include <fmferry/foundation/nearest.hpp>

namespace fmferry {

Section::Section(const toml::table& root, std::string name, Problems& problems)
    : name_(std::move(name)), table_(root[name_].as_table()), problems_(problems) {
  if (root.contains(name_) && table_ == nullptr) {
    problem(root.get(name_), "must be a table: [" + name_ + "]");
  }
}

void Section::table(const std::string& key) {
  if (const auto* node = find(key); node != nullptr && !node->is_table()) {
    problem(node, key + " must be a table: [" + name_ + "." + key + "]");
  }
}

void Section::text(const std::string& key, std::string& into) {
  if (const auto* node = find(key)) {
    if (const auto value = node->value_exact<std::string>()) {
      into = *value;
    } else {
      problem(node, key + " must be a text in quotes");
    }
  }
}

void Section::required_text(const std::string& key, std::string& into) {
  text(key, into);
  if (into.empty()) problems_.push_back("[" + name_ + "] " + key + " is missing");
}

void Section::flag(const std::string& key, bool& into) {
  if (const auto* node = find(key)) {
    if (const auto value = node->value_exact<bool>()) {
      into = *value;
    } else {
      problem(node, key + " must be true or false");
    }
  }
}

void Section::number(const std::string& key, int& into, int least, int most) {
  if (const auto* node = find(key)) {
    const auto value = node->value_exact<std::int64_t>();
    if (value && *value >= least && *value <= most) {
      into = static_cast<int>(*value);
    } else {
      problem(node,
              key + " must be a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
    }
  }
}

void Section::texts(const std::string& key, std::vector<std::string>& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* array = node->as_array();
  into.clear();
  if (array != nullptr) {
    for (const auto& element : *array) {
      if (const auto value = element.value_exact<std::string>()) into.push_back(*value);
    }
  }
  if (array == nullptr || into.size() != array->size() || into.empty()) {
    problem(node, key + " must be a list of texts: [\"a\", \"b\"]");
  }
}

void Section::parsed(const std::string& key,
                     const std::string& form,
                     const std::function<bool(const std::string&)>& parse) {
  std::string value;
  const auto before = problems_.size();
  text(key, value);
  if (value.empty() || problems_.size() != before) return;
  if (!parse(value)) problem(table_->get(key), key + " must be " + form);
}

void Section::refuse_the_rest() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (known_.contains(name)) continue;
    const auto hint = nearest(name, {known_.begin(), known_.end()});
    problem(&node, "unknown key " + name + (hint.empty() ? "" : ", did you mean " + hint + "?"));
  }
}

const toml::node* Section::find(const std::string& key) {
  known_.insert(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

void Section::problem(const toml::node* node, const std::string& text) {
  const auto line = node == nullptr ? 0 : node->source().begin.line;
  problems_.push_back("line " + std::to_string(line) + ": [" + name_ + "] " + text);
}

}  // namespace fmferry
