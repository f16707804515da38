// SPDX-License-Identifier: Apache-2.0
#include <fmferry/ports/ledger.hpp>

namespace fmferry {

std::string_view name_of(Step step) {
  switch (step) {
    case Step::seen:
      return "seen";
    case Step::marked:
      return "marked";
    case Step::tried:
      return "tried";
    case Step::stored:
      return "stored";
    case Step::stamped:
      return "stamped";
    case Step::unstamped:
      return "unstamped";
    case Step::linked:
      return "linked";
    case Step::fate:
      return "fate";
    case Step::gone:
      return "gone";
    case Step::run:
      return "run";
  }
  return "run";
}

std::string_view name_of(Fact fact) {
  switch (fact) {
    case Fact::source:
      return "source";
    case Fact::pushed_to:
      return "pushed_to";
    case Fact::push_time:
      return "push_time";
  }
  return {};
}

}  // namespace fmferry
