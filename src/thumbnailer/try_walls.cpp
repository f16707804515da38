// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <thumbnailer/try_walls.hpp>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/ptrace.h>
#endif

#include <cstring>
#include <string>
#include <thread>

namespace thumbnailer {
namespace {

int done = 0;

void tell(const std::string& what, bool refused) {
  const std::string line = what + (refused ? ": refused\n" : ": DONE\n");
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) done = 1;
  if (!refused) done = 1;
}

// A call that answers below zero was refused.
void expect_refused(const std::string& what, long answer) {
  tell(what, answer < 0);
}

// What must still work.
void expect_threads() {
  bool ran = false;
  std::thread([&ran] { ran = true; }).join();
  tell("life without threads", ran);
}

}  // namespace

int try_walls(std::uint64_t memory) {
  expect_refused("open", ::open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  expect_refused("create", ::open("/tmp/fmferry-thumbnailer", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  expect_refused("look at a file", ::access("/etc/passwd", F_OK));
  expect_refused("remove", ::unlink("/tmp/fmferry-no-such-file"));
  expect_refused("network socket", ::socket(AF_INET, SOCK_STREAM, 0));
  expect_refused("local socket", ::socket(AF_UNIX, SOCK_STREAM, 0));
  int pipes[2] = {-1, -1};
  expect_refused("pipe", ::pipe(pipes));
  expect_refused("copy a descriptor", ::dup(STDIN_FILENO));
#if defined(__linux__)
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  expect_refused("new process", child);
  char name[] = "/bin/true";
  char* const words[] = {name, nullptr};
  expect_refused("other program", ::execv(name, words));
  expect_refused("signal to the parent", ::kill(::getppid(), 0));
  expect_refused("trace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
#endif
  void* const much =
      ::mmap(nullptr, memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  tell("more memory", much == MAP_FAILED);
  expect_threads();
  return done;
}

}  // namespace thumbnailer
