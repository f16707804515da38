// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim {

enum class Format : std::uint8_t { jpeg, png, pdf, heic, tiff };

inline constexpr std::size_t k_formats = 5;

std::string_view media_type(Format format);

// The extension that the bytes deserve, with its dot.
std::string_view extension(Format format);

// The files that containers are made of, grouped by format and sorted by size. Read-only once made,
// so any thread may use it; the views live as long as the pool.
class Pool {
 public:
  // Small valid pictures made by code: no corpus is needed.
  static Pool made();

  // The files of `folder`/clinic, mapped into memory; with `full_size` also the camera's originals.
  // Throws std::runtime_error with one clear line when the folder has no such pool.
  static Pool open(const std::string& folder, bool full_size);

  Pool(Pool&&) noexcept;
  Pool& operator=(Pool&&) noexcept;
  ~Pool();

  // A file of about `size` bytes; `drawn` picks one among the nearest.
  [[nodiscard]] std::size_t near(Format format, double size, std::uint64_t drawn) const;

  [[nodiscard]] std::string_view file(Format format, std::size_t index) const;
  [[nodiscard]] std::size_t count(Format format) const;

  [[nodiscard]] bool is_made() const { return made_; }

  [[nodiscard]] bool full_size() const { return full_size_; }

  // Changes when the files do: edits belong to the pool they were made with.
  [[nodiscard]] std::string fingerprint() const;

 private:
  struct Mapping;

  Pool();
  void add(Format format, std::string_view bytes);
  void map_folder(Format format, const std::string& folder);
  void sort();

  std::array<std::vector<std::string_view>, k_formats> files_;
  std::vector<std::unique_ptr<Mapping>> mappings_;
  std::vector<std::unique_ptr<std::string>> made_files_;
  bool made_{false};
  bool full_size_{false};
};

}  // namespace fmsim
