// SPDX-License-Identifier: Apache-2.0
#include <fmferry/thumbnail/find_program.hpp>

#include <unistd.h>
#if defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

#include <cstdlib>
#include <string>

namespace fmferry::thumbnail {
namespace {

constexpr const char* k_name = "fmferry-thumbnailer";

std::filesystem::path running_program() {
  std::error_code ignored;
#if defined(__APPLE__)
  std::uint32_t size = 4096;
  std::string name(size, '\0');
  if (::_NSGetExecutablePath(name.data(), &size) != 0) return {};
  return std::filesystem::canonical(name.c_str(), ignored);
#else
  return std::filesystem::read_symlink("/proc/self/exe", ignored);
#endif
}

bool is_program(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::filesystem::path> find_program() {
  if (const char* named = std::getenv("FMFERRY_THUMBNAILER"); named != nullptr && *named != '\0') {
    if (is_program(named)) return named;
    return fail(ErrorKind::invalid, std::string("FMFERRY_THUMBNAILER names no program: ") + named);
  }
  const auto folder = running_program().parent_path();
  for (const auto& file : {folder / k_name, folder / "../libexec/fmferry" / k_name}) {
    if (is_program(file)) return file;
  }
  return fail(ErrorKind::invalid,
              "[thumbnails] needs the program fmferry-thumbnailer beside fmferry, or "
              "FMFERRY_THUMBNAILER with its path");
}

}  // namespace fmferry::thumbnail
