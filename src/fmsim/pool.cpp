// SPDX-License-Identifier: Apache-2.0
#include <fmsim/made_pictures.hpp>
#include <fmsim/pool.hpp>
#include <fmsim/random.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace fmsim {
namespace {

std::size_t slot(Format format) {
  return static_cast<std::size_t>(format);
}

constexpr std::array<std::string_view, k_formats> k_folders{"jpeg", "png", "pdf", "heic", "tiff"};

}  // namespace

std::string_view media_type(Format format) {
  constexpr std::array<std::string_view, k_formats> k_types{
      "image/jpeg", "image/png", "application/pdf", "image/heic", "image/tiff"};
  return k_types[slot(format)];
}

std::string_view extension(Format format) {
  constexpr std::array<std::string_view, k_formats> k_extensions{
      ".jpg", ".png", ".pdf", ".heic", ".tif"};
  return k_extensions[slot(format)];
}

struct Pool::Mapping {
  explicit Mapping(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::runtime_error("cannot read " + path);

    struct stat status {};

    if (::fstat(file, &status) == 0 && status.st_size > 0) {
      size = static_cast<std::size_t>(status.st_size);
      data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    ::close(file);
    if (data == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  }

  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  ~Mapping() {
    if (data != nullptr && data != MAP_FAILED) ::munmap(data, size);
  }

  [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(data), size}; }

  void* data{nullptr};
  std::size_t size{0};
};

Pool::Pool() = default;
Pool::Pool(Pool&&) noexcept = default;
Pool& Pool::operator=(Pool&&) noexcept = default;
Pool::~Pool() = default;

Pool Pool::made() {
  constexpr std::uint64_t k_each = 24;
  Pool pool;
  pool.made_ = true;
  const auto keep = [&pool](Format format, std::string bytes) {
    pool.made_files_.push_back(std::make_unique<std::string>(std::move(bytes)));
    pool.add(format, *pool.made_files_.back());
  };
  for (std::uint64_t i = 0; i < k_each; ++i) {
    keep(Format::jpeg, made_jpeg(i));
    keep(Format::png, made_png(i));
    keep(Format::pdf, made_pdf(i));
    keep(Format::heic, made_heic(i));
    keep(Format::tiff, made_tiff(i));
  }
  pool.sort();
  return pool;
}

Pool Pool::open(const std::string& folder, bool full_size) {
  Pool pool;
  for (std::size_t i = 0; i < k_formats; ++i) {
    const std::string path = folder + "/clinic/" + std::string(k_folders[i]);
    pool.map_folder(static_cast<Format>(i), path);
    if (pool.files_[i].empty()) {
      throw std::runtime_error("no pictures in " + path + ": run scripts/corpus " + folder);
    }
  }
  pool.full_size_ = full_size;
  if (full_size) pool.map_folder(Format::jpeg, folder + "/clinic/full");
  pool.sort();
  return pool;
}

void Pool::add(Format format, std::string_view bytes) {
  files_[slot(format)].push_back(bytes);
}

void Pool::map_folder(Format format, const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.is_regular_file()) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    mappings_.push_back(std::make_unique<Mapping>(path));
    if (mappings_.back()->size > 0) add(format, mappings_.back()->view());
  }
}

void Pool::sort() {
  for (auto& files : files_) {
    std::stable_sort(files.begin(), files.end(), [](std::string_view a, std::string_view b) {
      return a.size() < b.size();
    });
  }
}

std::size_t Pool::near(Format format, double size, std::uint64_t drawn) const {
  constexpr std::size_t k_choices = 5;
  const auto& files = files_[slot(format)];
  if (made_) return drawn % files.size();
  const auto smaller = [](std::string_view file, double wanted) {
    return static_cast<double>(file.size()) < wanted;
  };
  const auto found = std::lower_bound(files.begin(), files.end(), size, smaller);
  const auto middle = static_cast<std::size_t>(found - files.begin());
  const std::size_t span = std::min(k_choices, files.size());
  const std::size_t low = std::min(middle - std::min(middle, span / 2), files.size() - span);
  return low + drawn % span;
}

std::string_view Pool::file(Format format, std::size_t index) const {
  return files_[slot(format)][index];
}

std::size_t Pool::count(Format format) const {
  return files_[slot(format)].size();
}

std::string Pool::fingerprint() const {
  if (made_) return "made";
  std::uint64_t sum = 0;
  std::size_t total = 0;
  for (const auto& files : files_) {
    for (const std::string_view file : files) sum = mix(sum ^ file.size());
    total += files.size();
  }
  return std::to_string(total) + "-" + std::to_string(sum);
}

}  // namespace fmsim
