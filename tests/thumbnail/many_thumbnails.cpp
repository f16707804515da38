// SPDX-License-Identifier: Apache-2.0
//
// For bench/thumbnails: makes thumbnails of the files that standard input names, a line each, as a
// run does, and says how many there are.
//
//   many_thumbnails PROGRAM WORKERS FOLDER <files
#include <fmferry/foundation/file.hpp>
#include <fmferry/thumbnail/thumbnail_pool.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using fmferry::ThumbnailPool;

std::string media_type_of(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> k_types{{".jpg", "image/jpeg"},
                                                          {".png", "image/png"},
                                                          {".tif", "image/tiff"},
                                                          {".heic", "image/heic"},
                                                          {".pdf", "application/pdf"}};
  const auto found = k_types.find(fmferry::to_lower(file.extension().string()));
  return found == k_types.end() ? "" : found->second;
}

bool make_one(ThumbnailPool& pool,
              const std::filesystem::path& file,
              const std::filesystem::path& folder) {
  const auto bytes = fmferry::read_file(file, 200U << 20U);
  if (!bytes) return false;
  const auto answer = pool.make(*bytes, media_type_of(file), {});
  if (!answer || !answer->thumbnail) return false;
  std::ofstream out(folder / (file.filename().string() + ".jpg"), std::ios::binary);
  out << answer->thumbnail->bytes;
  return out.good();
}

long long peak_kilobytes(const ThumbnailPool& pool) {
  long long peak = 0;
  for (const pid_t process : pool.idle()) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) peak = std::max(peak, std::atoll(line.c_str() + 6));
    }
  }
  return peak;
}

int run(const std::filesystem::path& program, int workers, const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (std::string line; std::getline(std::cin, line);) files.push_back(line);
  auto pool = ThumbnailPool::open({.program = program, .workers = workers}, {});
  if (!pool) {
    std::fprintf(stderr, "%s\n", fmferry::to_line(pool.error()).c_str());
    return 1;
  }
  std::atomic<std::size_t> next{0};
  std::atomic<int> made{0};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < workers + 1; ++i) {
      callers.emplace_back([&] {
        for (auto at = next++; at < files.size(); at = next++) {
          made += make_one(**pool, files[at], folder) ? 1 : 0;
        }
      });
    }
  }
  std::printf("%d %lld\n", made.load(), peak_kilobytes(**pool));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return run(argv[1], std::atoi(argv[2]), argv[3]);
}
