// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/cursor.hpp>
#include <fmferry/filemaker/fmp12/node_children.hpp>

namespace fmferry::fmp12 {

Cursor::Cursor(const SectorFile& file) : file_(file), leaves_(file), nodes_(file) {}

Error Cursor::bad(const std::string& what) const {
  return broken(leaf_.id, what);
}

// Goes down the inner nodes to the last leaf that begins at `target` or before it.
Result<std::uint32_t> Cursor::leaf_before(const Path& target) {
  std::uint32_t id = k_root;
  std::uint32_t level = 0;
  while (true) {
    FMF_TRY_ASSIGN(const Sector node, nodes_.get(id));
    if (id == k_root) level = node.level;
    if (node.level != level || level > k_highest_level) {
      return fail(broken(id, "it is not on the level that the tree says"));
    }
    if (level == 0) {
      if (id == k_root) return fail(broken(id, "the tree's root has no children"));
      return id;
    }
    NodeChildren children(node);
    std::uint32_t child = 0;
    while (true) {
      FMF_TRY_ASSIGN(const bool more, children.next());
      if (!more) break;
      if (child != 0 && children.begins_after(target)) break;
      child = children.child();
    }
    if (child <= k_root || child >= file_.count()) {
      return fail(broken(id, "it has a child that does not exist"));
    }
    id = child;
    --level;
  }
}

Status Cursor::open_leaf(std::uint32_t id) {
  FMF_TRY_ASSIGN(const Sector leaf, leaves_.get(id));
  if (leaf.level != 0) return fail(broken(id, "it should be a leaf of the tree and is none"));
  if (++leaves_walked_ > file_.count()) return fail(broken(id, "the leaves go round in a circle"));
  leaf_ = leaf;
  return {};
}

Status Cursor::rewind() {
  return seek(Path{});
}

Status Cursor::seek(const Path& target) {
  leaves_walked_ = 0;
  FMF_TRY_ASSIGN(const std::uint32_t id, leaf_before(target));
  FMF_TRY(begin_in(id));
  FMF_TRY_ASSIGN(Event event, next());
  // What the index promised is believed only when the leaf begins at the target or before it; the
  // neighbour may do so where the index speaks of a place that has nothing.
  if (leaf_.previous != 0 && is_after(event, target)) {
    FMF_TRY(begin_in(leaf_.previous));
    FMF_TRY_ASSIGN(event, next());
    if (leaf_.previous != 0 && is_after(event, target)) {
      return fail(bad("the tree's index leads past what it should find"));
    }
  }
  while (is_before(event, target)) {
    FMF_TRY_ASSIGN(event, next());
  }
  held_ = event;
  held_back_ = true;
  return {};
}

// Starts at a leaf's beginning, wherever in the dictionary that is.
Status Cursor::begin_in(std::uint32_t leaf) {
  held_back_ = false;
  ended_ = false;
  FMF_TRY(open_leaf(leaf));
  path_.clear();
  last_keys_.assign(1, std::nullopt);
  at_start_ = leaf_.previous == 0;
  return reenter(leaf_.payload, false);
}

bool Cursor::is_before(Event event, const Path& target) const {
  switch (event) {
    case Event::entry:
      return compare(path_, key_, target) < 0;
    case Event::enter:
      return compare(path_, std::nullopt, target) < 0;
    case Event::leave:
      return true;
    case Event::end:
      break;
  }
  return false;
}

bool Cursor::is_after(Event event, const Path& target) const {
  switch (event) {
    case Event::entry:
      return compare(path_, key_, target) > 0;
    case Event::enter:
      return compare(path_, std::nullopt, target) > 0;
    case Event::leave: {
      Path left = path_;
      left.push(key_);
      return target.starts_with(left) || compare(left, std::nullopt, target) > 0;
    }
    case Event::end:
      break;
  }
  return true;
}

// A leaf that begins in the middle of directories first enters them again; they must be those that
// the leaf before has left open.
Status Cursor::reenter(ByteView payload, bool continues) {
  payload_ = PayloadReader(payload, true);
  std::size_t depth = 0;
  while (true) {
    PayloadReader after = payload_;
    const Operation operation = after.next();
    if (operation.kind != Operation::Kind::push) break;
    PayloadReader mark = after;
    if (mark.next().kind == Operation::Kind::begin) break;  // a new directory
    if (continues) {
      if (depth >= path_.size() || path_[depth] != operation.key) {
        return fail(bad("it does not go on where the leaf before it ends"));
      }
    } else {
      if (depth == k_deepest) return fail(bad("directories too deep"));
      path_.push(operation.key);
      last_keys_.emplace_back();
    }
    payload_ = after;
    ++depth;
  }
  if (continues && depth != path_.size()) {
    return fail(bad("it does not go on where the leaf before it ends"));
  }
  return {};
}

Status Cursor::next_leaf() {
  const std::uint32_t before = leaf_.id;
  FMF_TRY(open_leaf(leaf_.next));
  if (leaf_.previous != before) return fail(bad("it does not know the leaf before it"));
  return reenter(leaf_.payload, true);
}

Status Cursor::ascend_to(ByteView key) {
  auto& last = last_keys_.back();
  if (last && !(ByteView(*last) < key)) return fail(bad("its entries are not in order"));
  last = key;
  return {};
}

Result<Cursor::Event> Cursor::entered(ByteView key) {
  if (path_.size() == k_deepest) return fail(bad("directories too deep"));
  FMF_TRY(ascend_to(key));
  if (payload_.next().kind != Operation::Kind::begin) {
    return fail(bad("a directory does not begin where it is entered"));
  }
  path_.push(key);
  last_keys_.emplace_back();
  key_ = key;
  return Event::enter;
}

Result<Cursor::Event> Cursor::left() {
  if (path_.size() == 0) {
    if (payload_.next().kind != Operation::Kind::done || leaf_.next != 0) {
      return fail(bad("the tree ends before its last leaf does"));
    }
    ended_ = true;
    return Event::end;
  }
  left_key_ = path_[path_.size() - 1];
  path_.pop();
  last_keys_.pop_back();
  // Known also when the directory was open before this walk began.
  last_keys_.back() = left_key_;
  key_ = left_key_;
  return Event::leave;
}

Result<Cursor::Event> Cursor::next() {
  if (held_back_) {
    held_back_ = false;
    return held_;
  }
  if (ended_) return Event::end;
  while (true) {
    const Operation operation = payload_.next();
    switch (operation.kind) {
      case Operation::Kind::entry:
        FMF_TRY(ascend_to(operation.key));
        key_ = operation.key;
        value_ = operation.value;
        return Event::entry;
      case Operation::Kind::push:
        return entered(operation.key);
      case Operation::Kind::begin:
        if (!at_start_ || path_.size() != 0) return fail(bad("a directory begins twice"));
        at_start_ = false;
        break;
      case Operation::Kind::end:
        return left();
      case Operation::Kind::done:
        if (leaf_.next == 0) return fail(bad("the tree goes on, its leaves do not"));
        FMF_TRY(next_leaf());
        break;
      case Operation::Kind::bad:
        return fail(bad(std::string(operation.value)));
    }
  }
}

}  // namespace fmferry::fmp12
