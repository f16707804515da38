// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What fmferry and its thumbnailer say to each other: docs/formats/thumbnailer.md. Both sides
// include this header and nothing else of each other's, so it needs the standard library only.
// Either side takes the other for hostile: every number is checked before it is used.
namespace fmferry::thumbnail {

inline constexpr std::uint32_t k_version = 1;

// A request: this head, then `length` bytes of the picture.
struct Request {
  std::uint32_t number{0};  // comes back with the answer, so that the two stay in step
  std::uint32_t edge{300};
  std::uint32_t quality{85};
  std::uint32_t format{0};   // a Format
  std::uint32_t seconds{0};  // the worker ends itself after so many, should nobody else do it
  std::uint64_t max_pixels{0};
  std::uint64_t length{0};
};

enum class Format : std::uint32_t { jpeg = 0, webp = 1 };

enum class Outcome : std::uint32_t {
  made = 0,
  undecodable = 1,    // no decoder can make anything of it
  too_large = 2,      // more pixels than allowed; nothing was decoded
  out_of_memory = 3,  // more memory than the worker may have
};

// An answer: this head, then `length` bytes of the thumbnail (0 unless made).
struct Answer {
  std::uint32_t number{0};
  Outcome outcome{Outcome::undecodable};
  std::uint32_t width{0};
  std::uint32_t height{0};
  std::uint64_t length{0};
};

// What a worker says once, when it is shut in and ready.
struct Hello {
  std::uint32_t version{k_version};
  bool seccomp{false};       // system calls are filtered
  bool memory_limit{false};  // RLIMIT_AS is set
};

inline constexpr std::size_t k_request_size = 44;
inline constexpr std::size_t k_answer_size = 28;
inline constexpr std::size_t k_hello_size = 16;

// The most that either side believes.
inline constexpr std::uint32_t k_most_edge = 4096;
inline constexpr std::uint64_t k_most_bytes = std::uint64_t{1} << 30U;
inline constexpr std::uint64_t k_most_thumbnail = std::uint64_t{32} << 20U;

namespace detail {

inline constexpr std::string_view k_request_mark = "FMTq";
inline constexpr std::string_view k_answer_mark = "FMTa";
inline constexpr std::string_view k_hello_mark = "FMTh";

// Numbers are little-endian, whatever the machine.
class Writer {
 public:
  explicit Writer(std::string_view mark) : bytes_(mark) {}

  Writer& u32(std::uint32_t value) { return number(value, 4); }

  Writer& u64(std::uint64_t value) { return number(value, 8); }

  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  Writer& number(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(value >> (8U * i)));
    }
    return *this;
  }

  std::string bytes_;
};

class Reader {
 public:
  Reader(std::string_view bytes, std::string_view mark, std::size_t size)
      : bytes_(bytes), good_(bytes.size() == size && bytes.starts_with(mark)), at_(mark.size()) {}

  [[nodiscard]] bool good() const { return good_; }

  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }

  std::uint64_t u64() { return number(8); }

 private:
  std::uint64_t number(std::size_t size) {
    if (at_ + size > bytes_.size()) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes_[at_ + i])} << (8U * i);
    }
    at_ += size;
    return value;
  }

  std::string_view bytes_;
  bool good_;
  std::size_t at_;
};

}  // namespace detail

[[nodiscard]] inline std::string to_bytes(const Request& request) {
  return detail::Writer(detail::k_request_mark)
      .u32(request.number)
      .u32(request.edge)
      .u32(request.quality)
      .u32(request.format)
      .u32(request.seconds)
      .u32(0)
      .u64(request.max_pixels)
      .u64(request.length)
      .take();
}

[[nodiscard]] inline std::optional<Request> request_from(std::string_view bytes) {
  detail::Reader reader(bytes, detail::k_request_mark, k_request_size);
  if (!reader.good()) return std::nullopt;
  Request request;
  request.number = reader.u32();
  request.edge = reader.u32();
  request.quality = reader.u32();
  request.format = reader.u32();
  request.seconds = reader.u32();
  static_cast<void>(reader.u32());
  request.max_pixels = reader.u64();
  request.length = reader.u64();
  const bool sane = request.edge >= 1 && request.edge <= k_most_edge && request.quality >= 1 &&
                    request.quality <= 100 && request.format <= 1 && request.length <= k_most_bytes;
  if (!sane) return std::nullopt;
  return request;
}

[[nodiscard]] inline std::string to_bytes(const Answer& answer) {
  return detail::Writer(detail::k_answer_mark)
      .u32(answer.number)
      .u32(static_cast<std::uint32_t>(answer.outcome))
      .u32(answer.width)
      .u32(answer.height)
      .u64(answer.length)
      .take();
}

// Only what such a request can be answered with.
[[nodiscard]] inline std::optional<Answer> answer_from(std::string_view bytes,
                                                       const Request& request) {
  detail::Reader reader(bytes, detail::k_answer_mark, k_answer_size);
  if (!reader.good()) return std::nullopt;
  Answer answer;
  answer.number = reader.u32();
  const std::uint32_t outcome = reader.u32();
  answer.width = reader.u32();
  answer.height = reader.u32();
  answer.length = reader.u64();
  if (answer.number != request.number) return std::nullopt;
  if (outcome > static_cast<std::uint32_t>(Outcome::out_of_memory)) return std::nullopt;
  answer.outcome = static_cast<Outcome>(outcome);
  const bool made = answer.outcome == Outcome::made;
  const bool sized = answer.width >= 1 && answer.width <= request.edge && answer.height >= 1 &&
                     answer.height <= request.edge && answer.length >= 1 &&
                     answer.length <= k_most_thumbnail;
  const bool nothing = answer.width == 0 && answer.height == 0 && answer.length == 0;
  if (made ? !sized : !nothing) return std::nullopt;
  return answer;
}

[[nodiscard]] inline std::string to_bytes(const Hello& hello) {
  return detail::Writer(detail::k_hello_mark)
      .u32(hello.version)
      .u32(hello.seccomp ? 1 : 0)
      .u32(hello.memory_limit ? 1 : 0)
      .take();
}

[[nodiscard]] inline std::optional<Hello> hello_from(std::string_view bytes) {
  detail::Reader reader(bytes, detail::k_hello_mark, k_hello_size);
  if (!reader.good()) return std::nullopt;
  Hello hello;
  hello.version = reader.u32();
  hello.seccomp = reader.u32() != 0;
  hello.memory_limit = reader.u32() != 0;
  if (hello.version != k_version) return std::nullopt;
  return hello;
}

// Whether bytes begin as a picture of this format does.
[[nodiscard]] inline bool looks_like(std::string_view bytes, Format format) {
  if (format == Format::jpeg) return bytes.starts_with("\xff\xd8\xff");
  return bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

}  // namespace fmferry::thumbnail
