// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/value.hpp>
#include <fmsim/script/xml.hpp>

#include <algorithm>

namespace fmsim {
namespace {

constexpr std::string_view k_blanks = " \t\r\n";

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  XmlElement document() {
    if (take("<?xml")) until("?>");
    misc();
    XmlElement root = element(0);
    misc();
    if (at_ != text_.size()) wrong("more follows the end");
    return root;
  }

 private:
  [[noreturn]] void wrong(const std::string& what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    throw ScriptProblem("XML line " + std::to_string(line) + ": " + what);
  }

  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  std::string_view until(std::string_view token) {
    const std::size_t end = text_.find(token, at_);
    if (end == std::string_view::npos) wrong("expected " + std::string(token));
    const auto found = text_.substr(at_, end - at_);
    at_ = end + token.size();
    return found;
  }

  void blanks() { at_ = std::min(text_.find_first_not_of(k_blanks, at_), text_.size()); }

  void misc() {
    for (blanks(); take("<!--"); blanks()) until("-->");
  }

  std::string name() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n/>=", at_), text_.size());
    if (end == at_) wrong("a name is missing");
    std::string found(text_.substr(at_, end - at_));
    at_ = end;
    return found;
  }

  std::string plain(std::string_view raw) const {
    std::string result;
    for (std::size_t at = 0; at < raw.size(); ++at) {
      if (raw[at] == '<') wrong("a bare <");
      if (raw[at] != '&') {
        result += raw[at];
        continue;
      }
      const std::size_t end = raw.find(';', at);
      const auto entity = raw.substr(at, end - at);
      if (entity == "&amp") {
        result += '&';
      } else if (entity == "&lt") {
        result += '<';
      } else if (entity == "&gt") {
        result += '>';
      } else if (entity == "&quot") {
        result += '"';
      } else if (entity == "&apos") {
        result += '\'';
      } else {
        wrong("unknown entity " + std::string(entity.substr(0, 10)));
      }
      at = end;
    }
    return result;
  }

  void attributes(XmlElement& into) {
    for (blanks(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; blanks()) {
      const std::string key = name();
      if (!take("=\"")) wrong("expected =\" after " + key);
      if (!into.attributes.emplace(key, plain(until("\""))).second) wrong("twice " + key);
    }
  }

  XmlElement element(int depth) {
    if (depth > 32) wrong("too deep");
    if (!take("<")) wrong("expected an element");
    XmlElement made;
    made.name = name();
    attributes(made);
    if (take("/>")) return made;
    if (!take(">")) wrong("expected >");
    content(made, depth);
    if (name() != made.name) wrong("the end of another element than " + made.name);
    blanks();
    if (!take(">")) wrong("expected >");
    return made;
  }

  // Up to and with "</".
  void content(XmlElement& into, int depth) {
    for (;;) {
      if (take("</")) break;
      if (take("<![CDATA[")) {
        into.text += until("]]>");
      } else if (take("<!--")) {
        until("-->");
      } else if (at_ < text_.size() && text_[at_] == '<') {
        into.children.push_back(element(depth + 1));
      } else {
        const std::size_t end = text_.find('<', at_);
        if (end == std::string_view::npos) wrong(into.name + " has no end");
        into.text += plain(text_.substr(at_, end - at_));
        at_ = end;
      }
    }
    if (into.children.empty()) return;
    if (into.text.find_first_not_of(k_blanks) != std::string::npos) {
      wrong(into.name + " has text between its elements");
    }
    into.text.clear();
  }

  std::string_view text_;
  std::size_t at_{0};
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  const auto found = std::find_if(children.begin(), children.end(), [&](const XmlElement& each) {
    return each.name == wanted;
  });
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::attribute(const std::string& key) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

XmlElement read_xml(std::string_view text) {
  return XmlReader(text).document();
}

}  // namespace fmsim
