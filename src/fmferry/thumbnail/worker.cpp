// SPDX-License-Identifier: Apache-2.0
#include <fmferry/thumbnail/worker.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace fmferry::thumbnail {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds k_start_limit{60};
constexpr std::chrono::milliseconds k_look_for_stop{50};
// The worker's own alarm goes off after the parent should have ended it.
constexpr std::uint32_t k_grace_seconds = 5;

#if defined(MSG_NOSIGNAL)
constexpr int k_no_signal = MSG_NOSIGNAL;
#else
constexpr int k_no_signal = 0;
#endif

Error trouble(ErrorKind kind, std::string what) {
  return {.kind = kind, .what = std::move(what), .where = "thumbnailer"};
}

// Both ends of a line. A socket and no pipe, as writing to one that nobody reads any more can be
// kept from raising a signal, whoever owns the process.
Status open_line(FileHandle& ours, FileHandle& theirs) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
    return fail(trouble(ErrorKind::unavailable, std::strerror(errno)));
  }
  ours = FileHandle(ends[0]);
  theirs = FileHandle(ends[1]);
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#if defined(SO_NOSIGPIPE)
  const int on = 1;
  ::setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return {};
}

// posix_spawn's two objects, which must be destroyed.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }

  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // A group of its own: Ctrl-C on the terminal is fmferry's to handle. No signal is blocked.
  void prepare(int line) {
    ::posix_spawn_file_actions_adddup2(&actions_, line, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, line, STDOUT_FILENO);
    // What decoders say about a file may hold parts of it.
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigfillset(&defaults);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }

  Result<pid_t> spawn(const std::filesystem::path& program, const std::string& memory) {
    std::string name = program.string();
    std::string size = memory;
    const std::array<char*, 3> words{name.data(), size.data(), nullptr};
    // No word of our environment, where credentials may be.
    std::array<std::string, 3> settings{"PATH=/usr/bin:/bin", "LC_ALL=C", "VIPS_CONCURRENCY=1"};
    std::array<char*, 4> environment{};
    std::ranges::transform(settings, environment.begin(), [](auto& text) { return text.data(); });
    pid_t process = -1;
    const int failed = ::posix_spawn(
        &process, name.c_str(), &actions_, &attributes_, words.data(), environment.data());
    if (failed == 0) return process;
    return fail(trouble(ErrorKind::unavailable,
                        program.string() + " can't be started: " + std::strerror(failed)));
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Waits until the line can be read, or written to. Looks for a stop meanwhile.
Status wait_for(int line, short what, Time end, const CallContext& context) {
  while (true) {
    if (context.stop.stop_requested()) return fail(trouble(ErrorKind::cancelled, "interrupted"));
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return fail(trouble(ErrorKind::timeout, "no answer in time"));
    pollfd entry{.fd = line, .events = what, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min(left, k_look_for_stop).count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) {
      return fail(trouble(ErrorKind::unavailable, std::strerror(errno)));
    }
  }
}

bool again() {
  return errno == EAGAIN || errno == EINTR;
}

Status send_all(int line, ByteView bytes, Time end, const CallContext& context) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(line, bytes.data(), bytes.size(), k_no_signal | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent < 0 && again()) {
      FMF_TRY(wait_for(line, POLLOUT, end, context));
    } else {
      return fail(trouble(ErrorKind::unavailable, "the worker is gone"));
    }
  }
  return {};
}

Result<std::string> receive(int line, std::size_t size, Time end, const CallContext& context) {
  std::string bytes(size, '\0');
  std::size_t at = 0;
  while (at < size) {
    const ssize_t got = ::recv(line, bytes.data() + at, size - at, MSG_DONTWAIT);
    if (got > 0) {
      at += static_cast<std::size_t>(got);
    } else if (got < 0 && again()) {
      FMF_TRY(wait_for(line, POLLIN, end, context));
    } else {
      return fail(trouble(ErrorKind::unavailable, "the worker is gone"));
    }
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::start(const std::filesystem::path& program,
                                              std::int64_t memory,
                                              const CallContext& context) {
  FileHandle ours;
  FileHandle theirs;
  FMF_TRY(open_line(ours, theirs));
  SpawnPlan plan;
  plan.prepare(theirs.get());
  FMF_TRY_ASSIGN(const pid_t process, plan.spawn(program, std::to_string(memory)));
  theirs = FileHandle();
  std::unique_ptr<Worker> worker(new Worker(process, std::move(ours)));
  const Time end = std::chrono::steady_clock::now() + k_start_limit;
  auto said = receive(worker->line_.get(), k_hello_size, end, context);
  if (!said && said.error().kind == ErrorKind::cancelled) return fail(std::move(said).error());
  const auto hello = said ? hello_from(*said) : std::nullopt;
  if (!hello) {
    return fail(trouble(ErrorKind::unavailable,
                        program.string() + " does not start as this fmferry's thumbnailer does"));
  }
  worker->hello_ = *hello;
  return worker;
}

Worker::~Worker() {
  line_ = FileHandle();
  ::kill(process_, SIGKILL);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
}

Result<Worker::Reply> Worker::ask(Request request,
                                  ByteView bytes,
                                  std::chrono::milliseconds limit,
                                  const CallContext& context) {
  request.number = static_cast<std::uint32_t>(++pictures_);
  request.length = bytes.size();
  request.seconds =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(limit).count()) +
      k_grace_seconds;
  const Time end = std::chrono::steady_clock::now() + limit;
  const int line = line_.get();
  FMF_TRY(send_all(line, to_bytes(request), end, context));
  FMF_TRY(send_all(line, bytes, end, context));
  FMF_TRY_ASSIGN(const std::string head, receive(line, k_answer_size, end, context));
  const auto answer = answer_from(head, request);
  if (!answer) return fail(trouble(ErrorKind::corrupt, "the worker does not keep to the protocol"));
  Reply reply{.answer = *answer};
  FMF_TRY_ASSIGN(reply.bytes,
                 receive(line, static_cast<std::size_t>(answer->length), end, context));
  const bool right = answer->outcome != Outcome::made ||
                     looks_like(reply.bytes, static_cast<Format>(request.format));
  if (!right) return fail(trouble(ErrorKind::corrupt, "the worker sent no thumbnail"));
  return reply;
}

}  // namespace fmferry::thumbnail
