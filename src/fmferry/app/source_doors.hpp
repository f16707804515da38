// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/engine/guarded_doors.hpp>
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/engine/mixed_source.hpp>
#include <fmferry/filemaker/inside/script_written_source.hpp>
#include <fmferry/net/authorization.hpp>

#include <memory>
#include <vector>

namespace fmferry {

// "the Data API"
[[nodiscard]] std::string_view name_of(Door door);

// The source behind one door, as the configuration describes it. Talks to nobody yet. The errors of
// the adapter's own open().
Result<std::unique_ptr<Source>> open_door(Door door,
                                          const Config& config,
                                          std::shared_ptr<Authorization> account,
                                          std::shared_ptr<Clock> clock);

// The ways into a server that a run uses, each behind a gate of its own: one limiter a host and
// engine process. Where several are open, each task goes through the door that was set for it, or
// else through the one whose capabilities do it best:
//   list    one that tells which containers are empty, so that nothing is fetched to find out
//   fetch   one that tells file names: its addresses also last, and take one request
//   write   the one that takes the most records at once
// close() of its source ends all sessions.
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
             std::shared_ptr<Authorization> account,
             std::shared_ptr<Clock> clock,
             Progress& progress,
             const ScriptWrites& writes);
  void choose();
  using Better = bool (*)(const SourceCapabilities&, const SourceCapabilities&);
  [[nodiscard]] const Way& best_for(const std::optional<Door>& set, Better better) const;
  [[nodiscard]] std::string in_words(const Way& lists, const Way& fetches, const Way& writes) const;
  Status drop_silent_doors(const CallContext& context);

  std::vector<Way> ways_;
  DoorTasks tasks_;
  std::string id_field_;
  bool any_will_do_{false};
  std::string left_out_;  // the doors that did not answer, in words
  std::string choice_;
  // The composition of what is in ways_, once over the sources themselves and once behind gates.
  std::unique_ptr<Source> mixed_direct_;
  std::unique_ptr<Source> mixed_patient_;
  Source* direct_{nullptr};
  Source* used_{nullptr};
};

}  // namespace fmferry
