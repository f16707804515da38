// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fmferry::media {

// How many pages a PDF has, where its objects say so in plain. Looks at the dictionary of each
// object as it passes and keeps nothing of it.
//
// The root of the page tree is the node without a parent. Earlier versions of it may be left in the
// file, and a later one may be hidden in a compressed object stream; so all that are seen must
// agree, and with object streams nothing is said.
class PdfPages {
 public:
  void update(ByteView bytes);
  [[nodiscard]] std::optional<int> pages() const;

 private:
  enum class State {
    outside,    // looking for "obj"
    after_obj,  // blanks between "obj" and what the object is
    remark,     // a comment there
    opening,    // after the first < of it
    between,    // in a dictionary, between its words
    name,
    word,
    less,     // after a < in it
    greater,  // after a > in it
    hex,
    string,
    escape,
    comment,
  };

  std::size_t step(ByteView bytes);
  std::size_t look_for_object(ByteView bytes);
  // False: the byte is to be looked at once more, in the state that it led to.
  bool take(char c);
  bool between(char c);
  bool end_of_word(char c);
  void begin();
  void end();
  void on_word();
  void on_name();

  State state_{State::outside};
  std::size_t matched_{0};  // bytes of "obj"
  std::int64_t depth_{0};   // of dictionaries
  std::int64_t arrays_{0};
  std::int64_t parentheses_{0};
  std::string token_{};
  std::string key_{};  // the last name, which the words after it belong to
  int words_{0};       // behind it
  bool is_node_{false};
  bool has_parent_{false};
  std::optional<int> count_{};

  std::optional<int> pages_{};
  bool unsure_{false};
};

}  // namespace fmferry::media
