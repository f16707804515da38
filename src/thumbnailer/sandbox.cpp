// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <thumbnailer/sandbox.hpp>

#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#if defined(FMF_HAVE_SECCOMP)
#include <sched.h>
#include <seccomp.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace thumbnailer {
namespace {

// Standard input, output and error are open; a descriptor of a higher number can't be had.
constexpr rlim_t k_descriptors = 3;
constexpr int k_most_descriptors = 65'536;

// What kind of number names a resource differs between systems.
template <class Resource>
bool limit(Resource resource, rlim_t value) {
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  return ::setrlimit(resource, &both) == 0;
}

#if defined(__linux__)
// The address space that is in use now, most of it libraries.
std::uint64_t address_space() {
  unsigned long pages = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  const bool read = std::fscanf(file, "%lu", &pages) == 1;
  static_cast<void>(std::fclose(file));
  return read ? std::uint64_t{pages} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}
#else
std::uint64_t address_space() {
  return std::uint64_t{1} << 30U;
}
#endif

#if defined(FMF_HAVE_SECCOMP)

// What a program that only computes needs: memory, threads, time, and the two pipes it has.
constexpr int k_allowed[] = {
    SCMP_SYS(alarm),
    SCMP_SYS(brk),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(close),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(fstat),
    SCMP_SYS(futex),
    SCMP_SYS(getcpu),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(gettid),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(lseek),
    SCMP_SYS(madvise),
    SCMP_SYS(membarrier),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(munmap),
    SCMP_SYS(nanosleep),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(read),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(setitimer),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sysinfo),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(uname),
    SCMP_SYS(write),
    SCMP_SYS(writev),
};

// libseccomp's macros for this are C.
bool allow_if_first(
    scmp_filter_ctx filter, int call, scmp_compare how, std::uint64_t one, std::uint64_t two) {
  const scmp_arg_cmp first{.arg = 0, .op = how, .datum_a = one, .datum_b = two};
  return ::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &first) == 0;
}

bool add_rules(scmp_filter_ctx filter) {
  for (const int call : k_allowed) {
    // A call that this machine's architecture lacks needs no rule.
    const int added = ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    if (added != 0 && added != -EDOM) return false;
  }
  // New threads, but no new processes. The flags of clone3 lie in memory, where no filter can look:
  // ENOSYS makes the C library fall back to clone.
  const auto self = static_cast<std::uint64_t>(::getpid());
  return allow_if_first(filter, SCMP_SYS(clone), SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD) &&
         ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
         allow_if_first(filter, SCMP_SYS(prctl), SCMP_CMP_EQ, PR_SET_NAME, 0) &&
         allow_if_first(filter, SCMP_SYS(tgkill), SCMP_CMP_EQ, self, 0);
}

// Everything else is answered with EACCES rather than death: libraries try to open a font or a
// socket in all innocence, and go on without.
bool filter_system_calls() {
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ERRNO(EACCES));
  if (filter == nullptr) return false;
  // The libraries' threads that run already are shut in as well.
  const bool entered = ::seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
                       add_rules(filter) && ::seccomp_load(filter) == 0;
  ::seccomp_release(filter);
  return entered;
}

#endif

}  // namespace

void close_inherited() {
#if defined(SYS_close_range)
  if (::syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return;
#endif
  const long most = ::sysconf(_SC_OPEN_MAX);
  const int last =
      most < 0 || most > k_most_descriptors ? k_most_descriptors : static_cast<int>(most);
  for (int descriptor = 3; descriptor < last; ++descriptor) ::close(descriptor);
}

bool enter_sandbox(std::uint64_t memory, Walls& walls) {
  const std::uint64_t now = address_space();
  walls.memory_limit = now > 0 && limit(RLIMIT_AS, now + memory);
  // What the libraries opened while they were set up is not for hostile bytes either.
  close_inherited();
  if (!limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, k_descriptors)) {
    return false;
  }
#if defined(__linux__)
  if (!walls.memory_limit || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return false;
  }
#else
  // Threads don't count here, as they do on Linux.
  if (!limit(RLIMIT_NPROC, 0)) return false;
#endif
#if defined(FMF_HAVE_SECCOMP)
  walls.seccomp = filter_system_calls();
  if (!walls.seccomp) return false;
#endif
  return true;
}

}  // namespace thumbnailer
