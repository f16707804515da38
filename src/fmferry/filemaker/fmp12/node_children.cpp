// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/node_children.hpp>

namespace fmferry::fmp12 {

Result<bool> NodeChildren::next() {
  while (true) {
    const Operation operation = reader_.next();
    if (leave_after_) leave();
    leave_after_ = false;
    switch (operation.kind) {
      case Operation::Kind::done:
        return false;
      case Operation::Kind::push:
        if (path_.size() == k_deepest) return fail(broken(id_, "directories too deep"));
        path_.push(operation.key);
        last_.push_back(operation.last);
        break;
      case Operation::Kind::entry:
        if (operation.value.size() != 4) return fail(broken(id_, "a child without a number"));
        if (operation.last && path_.size() == 0) {
          return fail(broken(id_, "it leaves a directory that it is not in"));
        }
        key_ = operation.key;
        at_end_ = operation.at_end;
        child_ = u32_at(operation.value, 0);
        leave_after_ = operation.last;
        return true;
      case Operation::Kind::begin:
      case Operation::Kind::end:
      case Operation::Kind::bad:
        return fail(broken(id_, std::string(operation.value)));
    }
  }
}

bool NodeChildren::begins_after(const Path& target) const {
  if (!at_end_) return compare(path_, key_, target) > 0;
  return target.starts_with(path_) || compare(path_, std::nullopt, target) > 0;
}

// A directory that was its parent's last one takes the parent with it.
void NodeChildren::leave() {
  bool last = true;
  while (last && path_.size() > 0) {
    last = last_.back();
    path_.pop();
    last_.pop_back();
  }
}

}  // namespace fmferry::fmp12
