// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/command_line.hpp>

#include <signal.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <cstdio>
#include <exception>
#include <stop_token>
#include <thread>

namespace {

// Waits for Ctrl-C and its like: the first one asks for a stop in good order, the second one ends
// the process at once.
void watch_signals(const sigset_t& signals, std::stop_source& stop) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0) {
    if (stop.stop_requested()) ::_exit(130);
    stop.request_stop();
    static constexpr char k_text[] = "\nfmferry: stopping; again to end at once\n";
    static_cast<void>(!::write(STDERR_FILENO, k_text, sizeof k_text - 1));
  }
}

// Bodies of megabytes come and go on many threads. glibc would keep what was freed, for each of
// them; so large blocks go back to the system at once, and few pools serve the rest.
void keep_memory_low() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_ARENA_MAX, 4);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory_low();
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread
  ::signal(SIGPIPE, SIG_IGN);
  std::stop_source stop;
  std::thread([&signals, &stop] { watch_signals(signals, stop); }).detach();
  int status = 1;
  try {
    status = fmferry::run_command_line(argc, argv, stop.get_token());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fmferry: internal error: %s\n", error.what());
  }
  std::fflush(nullptr);
  // The watcher waits for good and refers to this frame, so the process ends without unwinding it.
  ::_exit(status);
}
