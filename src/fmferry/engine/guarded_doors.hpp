// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gated_call.hpp>
#include <fmferry/engine/logged_call.hpp>
#include <fmferry/engine/repeated_call.hpp>
#include <fmferry/ports/object_copier.hpp>
#include <fmferry/ports/script_door.hpp>

namespace fmferry {

// A ScriptDoor behind the gate of its source: paced, and each call is logged. A call is as heavy as
// one that carries a body. It is not repeated here, as what is in the parameter (a URL) may be out
// of date after an outage: the caller begins anew, and the gate makes it wait.
class GuardedScripts final : public ScriptDoor {
 public:
  GuardedScripts(ScriptDoor& inner, Gate& gate, Clock& clock)
      : inner_(inner), gate_(gate), clock_(clock) {}

  Result<std::string> run_script(const std::string& name,
                                 const std::string& parameter,
                                 const CallContext& context) override {
    return gated(gate_, context, Track::body, [&](Gate::Pass&) {
      return logged(
          clock_,
          [&] { return "run script " + name; },
          [&] { return inner_.run_script(name, parameter, context); });
    });
  }

 private:
  ScriptDoor& inner_;
  Gate& gate_;
  Clock& clock_;
};

// An ObjectCopier behind the gate of its store: repeated, paced, logged. A copy whose answer was
// lost is simply made again; where overwriting is off, the second one may fail with `conflict`, and
// the caller then compares.
class GuardedCopier final : public ObjectCopier {
 public:
  GuardedCopier(ObjectCopier& inner, Gate& gate, Clock& clock)
      : inner_(inner), gate_(gate), clock_(clock) {}

  Result<Receipt> copy(const std::string& from,
                       const std::string& etag,
                       const std::string& to,
                       const PutOptions& options,
                       const CallContext& context) override {
    return until_heard_of([&] {
      return repeated(gate_, [&] {
        return gated(gate_, context, Track::write, [&](Gate::Pass&) {
          return logged(
              clock_,
              [] { return std::string("copy object"); },
              [&] { return inner_.copy(from, etag, to, options, context); });
        });
      });
    });
  }

 private:
  ObjectCopier& inner_;
  Gate& gate_;
  Clock& clock_;
};

}  // namespace fmferry
