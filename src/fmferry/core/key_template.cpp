// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/key_template.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>

namespace fmferry {
namespace {

std::string encode_value(std::string_view value) {
  std::string out = percent_encode(value);
  if (out.starts_with('.')) out.replace(0, 1, "%2E");
  return out;
}

bool is_safe_key(std::string_view text) {
  if (text.starts_with('/') || text.ends_with('/') || text.find('\\') != std::string_view::npos ||
      text.find("//") != std::string_view::npos || std::ranges::any_of(text, is_control)) {
    return false;
  }
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t slash = std::min(text.find('/', from), text.size());
    const auto part = text.substr(from, slash - from);
    if (part == "." || part == "..") return false;
    from = slash + 1;
  }
  return true;
}

// A character that an encoded value may hold.
bool in_values(char c) {
  return c == '%' || percent_encode(std::string_view(&c, 1)).size() == 1;
}

}  // namespace

bool KeyTemplate::is_wide(Piece::Kind kind) {
  return kind == Piece::Kind::id || kind == Piece::Kind::container;
}

// recordIds are digits, hashes hexadecimal ones, extensions lower-case letters and digits.
bool KeyTemplate::in_narrow_value(Piece::Kind kind, char c) {
  if (c >= '0' && c <= '9') return true;
  if (kind == Piece::Kind::sha256) return c >= 'a' && c <= 'f';
  return kind == Piece::Kind::extension && c >= 'a' && c <= 'z';
}

Result<KeyTemplate> KeyTemplate::parse(std::string_view text) {
  KeyTemplate made;
  made.text_ = text;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) made.pieces_.push_back({Piece::Kind::literal, literal});
    literal.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("{{") || text.substr(i).starts_with("}}")) {
      literal += text[i++];
      continue;
    }
    if (text[i] != '{') {
      literal += text[i];
      continue;
    }
    const auto close = text.find('}', i);
    if (close == std::string_view::npos) {
      return fail(ErrorKind::invalid, "the key template has an opening brace without its end");
    }
    const auto name = text.substr(i + 1, close - i - 1);
    flush();
    if (name == "id") {
      made.pieces_.push_back({Piece::Kind::id, {}});
      made.uses_id_ = true;
    } else if (name == "recordId") {
      made.pieces_.push_back({Piece::Kind::record_id, {}});
      made.uses_record_id_ = true;
    } else if (name == "container") {
      made.pieces_.push_back({Piece::Kind::container, {}});
      made.uses_container_ = true;
    } else if (name == "sha256") {
      made.pieces_.push_back({Piece::Kind::sha256, {}});
      made.uses_sha256_ = true;
    } else if (name == "ext") {
      made.pieces_.push_back({Piece::Kind::extension, {}});
    } else {
      return fail(ErrorKind::invalid,
                  "the key template has an unknown placeholder {" + std::string(name) +
                      "}: use {id}, {recordId}, {container}, {sha256} or {ext}");
    }
    i = close;
  }
  flush();
  if (!made.uses_id_ && !made.uses_record_id_ && !made.uses_sha256_) {
    return fail(
        ErrorKind::invalid,
        "the key template needs {id}, {recordId} or {sha256}, or all objects would share one key");
  }
  // Values hold no slash and no leading dot, so one sample stands for all keys.
  if (!is_safe_key(made.make(
          {.id = "x", .record_id = 1, .container = "c", .extension = "e", .sha256 = "0"}))) {
    return fail(ErrorKind::invalid,
                "the key template must not begin or end with a slash, nor hold \\, //, dot folders "
                "or control characters");
  }
  if (!made.is_injective()) {
    return fail(ErrorKind::invalid,
                "the key template could give two records one key: put a slash between its "
                "placeholders");
  }
  return made;
}

// Whether the values can be told apart in every key. A slash (or what values never hold) always
// parts them. Between such, one value of any form may stand among values of a narrow form, when
// the text between has a character that the narrow one lacks.
bool KeyTemplate::is_injective() const {
  const Piece* before = nullptr;  // the last placeholder since what values never hold
  bool wide_before = false;       // one of any form among these
  std::string between;
  for (const auto& piece : pieces_) {
    if (piece.kind == Piece::Kind::literal) {
      between = piece.text;
      if (!std::ranges::all_of(between, in_values)) {
        before = nullptr;
        wide_before = false;
      }
      continue;
    }
    const bool wide = is_wide(piece.kind);
    if (wide && wide_before) return false;
    if (before != nullptr) {
      const auto parts = [&](char c) {
        return (is_wide(before->kind) || !in_narrow_value(before->kind, c)) &&
               (wide || !in_narrow_value(piece.kind, c));
      };
      if (std::ranges::none_of(between, parts)) return false;
    }
    before = &piece;
    wide_before = wide_before || wide;
    between.clear();
  }
  return true;
}

std::string KeyTemplate::make(const KeyParts& parts) const {
  std::string key;
  for (const auto& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::literal:
        key += piece.text;
        break;
      case Piece::Kind::id:
        key += encode_value(parts.id);
        break;
      case Piece::Kind::record_id:
        key += std::to_string(parts.record_id);
        break;
      case Piece::Kind::container:
        key += encode_value(parts.container);
        break;
      case Piece::Kind::sha256:
        key += parts.sha256;
        break;
      case Piece::Kind::extension:
        key += encode_value(parts.extension);
        break;
    }
  }
  return key;
}

std::string KeyTemplate::fixed_folder() const {
  const std::string prefix = fixed_prefix();
  return prefix.substr(0, prefix.rfind('/') + 1);
}

std::vector<KeyTemplate::Name> KeyTemplate::names() const {
  std::vector<Name> all(1);
  for (const auto& piece : pieces_) {
    if (piece.kind != Piece::Kind::literal) {
      all.back().fixed = false;
      all.back().end.clear();
      continue;
    }
    for (const char c : piece.text) {
      if (c == '/') {
        all.emplace_back();
      } else {
        (all.back().fixed ? all.back().begin : all.back().end) += c;
      }
    }
  }
  return all;
}

// Values hold no slash, so the names in two keys stand side by side.
bool KeyTemplate::may_meet(const KeyTemplate& other) const {
  const auto fit = [](const Name& one, const Name& two) {
    if (one.fixed && two.fixed) return one.begin == two.begin;
    const auto begins = [](const std::string& a, const std::string& b) {
      return a.starts_with(b) || b.starts_with(a);
    };
    const auto ends = [](const std::string& a, const std::string& b) {
      return a.ends_with(b) || b.ends_with(a);
    };
    if (one.fixed) return one.begin.starts_with(two.begin) && one.begin.ends_with(two.end);
    if (two.fixed) return two.begin.starts_with(one.begin) && two.begin.ends_with(one.end);
    return begins(one.begin, two.begin) && ends(one.end, two.end);
  };
  return std::ranges::equal(names(), other.names(), fit);
}

std::string KeyTemplate::fixed_prefix() const {
  return pieces_.empty() || pieces_.front().kind != Piece::Kind::literal ? std::string()
                                                                         : pieces_.front().text;
}

}  // namespace fmferry
