// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/byte_code.hpp>

#include <array>

namespace fmferry::fmp12 {
namespace {

constexpr unsigned k_begin = 0x80;
constexpr unsigned k_end = 0x40;
constexpr unsigned k_last_flags = 0xC0;
constexpr unsigned k_push_bit = 0x20;
constexpr unsigned k_counted_key = 3;
constexpr std::array<std::size_t, 6> k_value_sizes{0, 1, 2, 4, 6, 8};

unsigned byte_of(ByteView bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

Operation bad(ByteView why) {
  return {.kind = Operation::Kind::bad, .value = why};
}

}  // namespace

bool PayloadReader::take(std::size_t n, ByteView& into) {
  if (rest_.size() < n) return false;
  into = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return true;
}

bool PayloadReader::take_key(unsigned form, Operation& operation) {
  if (form != k_counted_key) return take(form + 1, operation.key);
  ByteView length;
  if (!take(1, length)) return false;
  const unsigned n = byte_of(length, 0);
  // In inner nodes an empty key stands for a directory's very start (a byte 01 follows), or for the
  // place after all that is in it (FF).
  if (!leaf_ && n == 0) {
    ByteView place;
    if (!take(1, place)) return false;
    operation.at_end = place[0] == '\xFF';
    return operation.at_end || place[0] == '\x01';
  }
  return take(n, operation.key);
}

bool PayloadReader::take_value(unsigned form, ByteView& into) {
  if (form < k_value_sizes.size()) return take(k_value_sizes.at(form), into);
  ByteView length;
  if (form == 6) return take(1, length) && take(byte_of(length, 0), into);
  return take(2, length) && take(byte_of(length, 0) << 8U | byte_of(length, 1), into);
}

Operation PayloadReader::next() {
  if (rest_.empty()) return {};
  ByteView code;
  take(1, code);
  unsigned op = byte_of(code, 0);
  if (leaf_ && op == k_begin) return {.kind = Operation::Kind::begin};
  if (leaf_ && op == k_end) return {.kind = Operation::Kind::end};
  const bool last = (op & k_last_flags) == k_last_flags;
  if ((op & k_last_flags) != 0 && (leaf_ || !last)) return bad("a code that no node has");
  op &= ~k_last_flags;
  const bool push = (op & k_push_bit) != 0;
  const unsigned value_form = op & 7U;
  if (push && value_form != 0) return bad("a code that no node has");
  Operation operation{.kind = push ? Operation::Kind::push : Operation::Kind::entry, .last = last};
  if (!take_key(op >> 3U & 3U, operation)) return bad("a key runs past the end");
  if (push) return operation;
  if (!take_value(value_form, operation.value)) return bad("a value runs past the end");
  return operation;
}

}  // namespace fmferry::fmp12
