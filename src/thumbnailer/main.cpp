// SPDX-License-Identifier: Apache-2.0
//
// fmferry-thumbnailer: makes thumbnails of pictures that may be hostile. It is started by fmferry,
// shuts itself in (sandbox.hpp), and answers requests (protocol.hpp) until its input ends.
//
//   fmferry-thumbnailer MEMORY               serve, with so many bytes of memory for one picture
//   fmferry-thumbnailer --try-walls MEMORY   enter the sandbox, then try to break out; for the
//   tests
#include <fmferry/thumbnail/protocol.hpp>

#include <signal.h>
#include <unistd.h>

#include <thumbnailer/picture.hpp>
#include <thumbnailer/sandbox.hpp>
#include <thumbnailer/try_walls.hpp>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

namespace {

using fmferry::thumbnail::Answer;
using fmferry::thumbnail::Hello;
using fmferry::thumbnail::Outcome;
using fmferry::thumbnail::Request;

// A thread's pool of its own would reserve more address space than a picture may use.
void keep_memory_low() {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

bool read_exactly(char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(STDIN_FILENO, into, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_exactly(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool skip(std::uint64_t size) {
  char some[65'536];
  while (size > 0) {
    const std::size_t part = std::min<std::size_t>(size, sizeof some);
    if (!read_exactly(some, part)) return false;
    size -= part;
  }
  return true;
}

bool say(const Request& request, const thumbnailer::Made& made) {
  const Answer answer{.number = request.number,
                      .outcome = made.outcome,
                      .width = made.width,
                      .height = made.height,
                      .length = made.bytes.size()};
  return write_exactly(to_bytes(answer)) && write_exactly(made.bytes);
}

// The parent ends a worker that takes too long. Should it be gone, this does.
bool answer_one(const Request& request) {
  const std::size_t size = request.length;  // no more than 2^30
  const std::unique_ptr<char[]> bytes(new (std::nothrow) char[size]);
  if (bytes == nullptr) {
    return skip(request.length) && say(request, {.outcome = Outcome::out_of_memory});
  }
  if (!read_exactly(bytes.get(), size)) return false;
  ::alarm(request.seconds);
  thumbnailer::Made made;
  try {
    made = thumbnailer::make_thumbnail({bytes.get(), size}, request);
  } catch (const std::bad_alloc&) {
    made = {.outcome = Outcome::out_of_memory};
  }
  ::alarm(0);
  return say(request, made);
}

int serve() {
  char head[fmferry::thumbnail::k_request_size];
  while (read_exactly(head, sizeof head)) {
    const auto request = fmferry::thumbnail::request_from({head, sizeof head});
    if (!request || !answer_one(*request)) return 1;
  }
  return 0;
}

int usage() {
  std::fputs("fmferry-thumbnailer is started by fmferry: see docs/manual/thumbnails.md\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const bool tries = argc == 3 && std::strcmp(argv[1], "--try-walls") == 0;
  if (argc != 2 && !tries) return usage();
  const std::uint64_t memory = std::strtoull(argv[argc - 1], nullptr, 10);
  if (memory == 0) return usage();
  keep_memory_low();
  thumbnailer::close_inherited();
  ::signal(SIGPIPE, SIG_IGN);
  if (!thumbnailer::prepare_decoders(argv[0])) return 3;
  thumbnailer::Walls walls;
  if (!thumbnailer::enter_sandbox(memory, walls)) return 4;
  if (tries) return thumbnailer::try_walls(memory);
  const Hello hello{.seccomp = walls.seccomp, .memory_limit = walls.memory_limit};
  if (!write_exactly(to_bytes(hello))) return 1;
  // Not exit(): what the libraries would tidy up is of no use any more.
  ::_exit(serve());
}
