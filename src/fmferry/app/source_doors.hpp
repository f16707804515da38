// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/account.hpp>
#include <fmferry/app/door_choice.hpp>
#include <fmferry/engine/guarded_doors.hpp>
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/engine/mixed_source.hpp>
#include <fmferry/filemaker/inside/script_written_source.hpp>
#include <fmferry/ports/described_source.hpp>

#include <memory>
#include <vector>

namespace fmferry {

// What goes out there counts against the data allowance of a FileMaker licence.
[[nodiscard]] constexpr bool is_metered(Door door) {
  return door != Door::odbc;
}

// The source behind one door, as the configuration describes it. Talks to nobody yet. The errors of
// the adapter's own open().
Result<std::unique_ptr<DescribedSource>> open_door(Door door,
                                                   const Config& config,
                                                   const Account& account,
                                                   std::shared_ptr<Clock> clock);

// The ways into a server that a run uses, each behind a gate of its own: one limiter a host and
// engine process. Where several are open, choose_doors() says which does what. close() of its
// source ends all sessions.
class SourceDoors {
 public:
  using ScriptWrites = std::optional<inside::ScriptWriteOptions>;

  // `config` is not needed afterwards; `progress` must outlive it. writes: how marks and stamps go
  // through a script, at each door that runs scripts.
  static Result<std::unique_ptr<SourceDoors>> open(const Config& config,
                                                   std::shared_ptr<Clock> clock,
                                                   Progress& progress,
                                                   const ScriptWrites& writes = {});

  [[nodiscard]] Source& source() const { return *used_; }

  // What goes through which door and why, on one line; empty where there was nothing to choose.
  [[nodiscard]] const std::string& choice() const { return choice_; }

  // The way to run scripts, behind the gate of its door; none where no door has one.
  [[nodiscard]] ScriptDoor* scripts() const;

  // The door that files come through.
  [[nodiscard]] Door fetching() const { return fetching_; }

  // Proves that all is as configured. A wrong address or password is said at once, not waited out.
  // A server that answers, if only that it can't now, is given the patience of any outage. Where
  // any door would do, those that do not answer are left out, and only when none does is that an
  // error.
  Status first_answer(const CallContext& context);

 private:
  struct Way {
    Door door{Door::data_api};
    std::unique_ptr<Source> direct{};
    std::unique_ptr<inside::ScriptWrittenSource> by_script{};
    std::unique_ptr<GuardedSource> guarded{};
    std::unique_ptr<GuardedScripts> scripts{};

    // What stands behind the gate.
    [[nodiscard]] Source& adapter() const;
  };

  SourceDoors() = default;

  Status add(Door door,
             const Config& config,
             const Account& account,
             std::shared_ptr<Clock> clock,
             Progress& progress,
             const ScriptWrites& writes);
  void choose();
  [[nodiscard]] const Way& way_through(Door door) const;
  Status drop_silent_doors(const CallContext& context);

  std::vector<Way> ways_;
  DoorTasks tasks_;
  std::string id_field_;
  bool any_will_do_{false};
  std::string left_out_;  // the doors that did not answer, in words
  std::string choice_;
  Door fetching_{Door::data_api};
  // The composition of what is in ways_, once over the sources themselves and once behind gates.
  std::unique_ptr<Source> mixed_direct_;
  std::unique_ptr<Source> mixed_patient_;
  Source* direct_{nullptr};
  Source* used_{nullptr};
};

}  // namespace fmferry
