// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstddef>

namespace fmferry::fmp12 {

// One step of a node's byte code.
struct Operation {
  enum class Kind {
    entry,  // `key` has `value`
    push,   // go into the directory `key`
    begin,  // the directory just pushed is a new one
    end,    // leave the directory
    done,   // the payload is used up, exactly
    bad,    // it does not parse: `value` says why
  } kind{Kind::done};
  ByteView key{};
  ByteView value{};
  // Inner nodes only:
  bool last{false};    // the last one of its directory
  bool at_end{false};  // the place after all that is in its directory; `key` is empty
};

// Takes a payload apart, in order. Never reads past its end.
class PayloadReader {
 public:
  PayloadReader(ByteView payload, bool leaf) : rest_(payload), leaf_(leaf) {}

  Operation next();

 private:
  bool take(std::size_t n, ByteView& into);
  bool take_key(unsigned form, Operation& operation);
  bool take_value(unsigned form, ByteView& into);

  ByteView rest_;
  bool leaf_;
};

}  // namespace fmferry::fmp12
