// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/truth.hpp"
#include <fmferry/net/http.hpp>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fmferry::testing_support {

// A FileMaker Server of a made-up clinic in a process of its own, on a free loopback port and in a
// temporary folder; gone with this object. The binary's path comes in as FMSIM_PATH.
class Simulator {
 public:
  // `arguments` as on the command line of `fmsim serve`. Null, and a failed test, when it does not
  // come up within ten seconds.
  static std::unique_ptr<Simulator> start(std::vector<std::string> arguments = {});
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }

  [[nodiscard]] const std::string& database() const { return database_; }

  [[nodiscard]] const std::string& user() const { return user_; }

  [[nodiscard]] const std::string& password() const { return password_; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // A number of GET /_sim/stats by its name; -1 when there is none.
  [[nodiscard]] std::int64_t stat(std::string_view name) const;
  [[nodiscard]] std::string stats() const;
  // Replaces the fault script; fails the test when the simulator does not understand it.
  void faults(const std::string& script) const;
  void down(int seconds) const;
  void lock(std::int64_t record_id, bool on = true) const;
  void remove(std::int64_t record_id) const;
  // Adds a record.
  void append() const;
  // Of --cloud: "throttle=N", "expire=1", "revoke=1".
  void claris(const std::string& what) const;
  // One line a container that was served to its last byte.
  [[nodiscard]] std::string served() const;
  // With the same --records, --seed and --corpus as it was started with.
  [[nodiscard]] std::vector<TrueRecord> truth() const;

 private:
  explicit Simulator(std::vector<std::string> arguments);

  [[nodiscard]] bool launch();
  [[nodiscard]] bool read_env();
  [[nodiscard]] std::string control(const std::string& method,
                                    const std::string& what,
                                    const std::string& body = {}) const;

  std::vector<std::string> arguments_;
  std::filesystem::path folder_{};
  pid_t child_{-1};
  std::string url_{};
  std::string ca_file_{};
  std::string database_{};
  std::string user_{};
  std::string password_{};
  std::unique_ptr<HttpClient> http_{};
};

}  // namespace fmferry::testing_support
