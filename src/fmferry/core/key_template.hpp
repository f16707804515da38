// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/foundation/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

struct KeyParts {
  std::string id{};
  RecordId record_id{0};
  std::string container{};
  std::string extension{};  // without the dot
  std::string sha256{};     // of the bytes, in hex
};

// Names objects: "images/{id}.{ext}". Placeholders: {id}, {recordId}, {container}, {sha256}, {ext};
// "{{" and "}}" stand for the braces themselves. Different ids always give different keys: every
// byte of a value outside A-Z a-z 0-9 - . _ ~ is percent-encoded, and so is a leading dot, so that
// a key is the same on every store and can't climb out of a folder. With {sha256} and neither {id}
// nor {recordId}, records with the same bytes share one object, which other bytes never replace.
class KeyTemplate {
 public:
  // `invalid` for an unknown placeholder, for a template that names none of {id}, {recordId} and
  // {sha256} (all objects would get one key) or whose values could run into each other
  // ("{id}{ext}"), and
  // for a literal part that could leave the store's folder.
  static Result<KeyTemplate> parse(std::string_view text);

  [[nodiscard]] std::string make(const KeyParts& parts) const;

  [[nodiscard]] const std::string& text() const { return text_; }  // as it was parsed

  [[nodiscard]] bool uses_id() const { return uses_id_; }

  [[nodiscard]] bool uses_record_id() const { return uses_record_id_; }

  [[nodiscard]] bool uses_container() const { return uses_container_; }

  [[nodiscard]] bool uses_sha256() const { return uses_sha256_; }

  // Two records with one id, but other bytes, would get one key.
  [[nodiscard]] bool needs_unique_ids() const { return !uses_record_id_ && !uses_sha256_; }

  // The literal text before the first placeholder: what a listing of the store needs.
  [[nodiscard]] std::string fixed_prefix() const;
  // The folder that all keys lie in, with its slash; empty: there is none.
  [[nodiscard]] std::string fixed_folder() const;
  // False only when none of the other's keys can be one of these.
  [[nodiscard]] bool may_meet(const KeyTemplate& other) const;

 private:
  struct Piece {
    enum class Kind { literal, id, record_id, container, sha256, extension } kind;
    std::string text;
  };

  std::string text_;

  // What a folder's or file's name begins and ends with, whatever the values are.
  struct Name {
    std::string begin{};
    std::string end{};
    bool fixed{true};  // it is `begin`, and holds no value
  };

  [[nodiscard]] std::vector<Name> names() const;
  [[nodiscard]] bool is_injective() const;
  [[nodiscard]] static bool is_wide(Piece::Kind kind);
  [[nodiscard]] static bool in_narrow_value(Piece::Kind kind, char c);

  std::vector<Piece> pieces_;
  bool uses_id_{false};
  bool uses_record_id_{false};
  bool uses_container_{false};
  bool uses_sha256_{false};
};

}  // namespace fmferry
