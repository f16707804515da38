// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/thumbnail/protocol.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace fmferry::thumbnail {

// One process of the thumbnailer. Used by one thread at a time. Destroying it ends the process and
// leaves no zombie.
class Worker {
 public:
  // Answers when the process says that it is shut in. `unavailable` when it can't be started or
  // says nothing of the kind.
  static Result<std::unique_ptr<Worker>> start(const std::filesystem::path& program,
                                               std::int64_t memory,
                                               const CallContext& context);

  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  struct Reply {
    Answer answer{};
    std::string bytes{};
  };

  // Sends the picture and waits for the answer, `limit` at most. Errors: `timeout`; `unavailable`
  // when the process died; `corrupt` when it said anything that is no answer to this request;
  // `cancelled`. After any of them it is good for nothing but to be destroyed.
  Result<Reply> ask(Request request,
                    ByteView bytes,
                    std::chrono::milliseconds limit,
                    const CallContext& context);

  [[nodiscard]] pid_t process() const { return process_; }

  [[nodiscard]] const Hello& hello() const { return hello_; }

  // How many pictures it was given.
  [[nodiscard]] int pictures() const { return pictures_; }

 private:
  Worker(pid_t process, FileHandle line) : process_(process), line_(std::move(line)) {}

  pid_t process_;
  FileHandle line_;  // its standard input and output
  Hello hello_{};
  int pictures_{0};
};

}  // namespace fmferry::thumbnail
