// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/sink.hpp>

#include <string>
#include <string_view>

namespace fmferry::filemaker {

// Whether a 200 carries the file, told from its first bytes, the claimed type and the extension in
// the address. A login or error page and FileMaker's own envelope or error are not files. In doubt
// they are not either: a page taken for a picture would be proved, stamped and forgotten.
[[nodiscard]] bool looks_like_the_file(ByteView first_bytes,
                                       std::string_view claimed_type,
                                       std::string_view extension);

// Stands before the sink: holds back the first bytes until it is clear that they are the file's.
class BodyGate {
 public:
  BodyGate(const ByteSink& sink, std::string extension);

  void expect(std::string_view claimed_type) { claimed_type_ = claimed_type; }

  Status take(ByteView bytes);
  Status finish();

  // The body was not the file; nothing of it went to the sink.
  [[nodiscard]] bool rejected() const { return rejected_; }

  [[nodiscard]] std::int64_t delivered() const { return delivered_; }

 private:
  Status open();
  Status pass_on(ByteView bytes);

  const ByteSink& sink_;
  std::string extension_;
  std::string claimed_type_{};
  std::string held_{};
  std::int64_t delivered_{0};
  bool is_open_{false};
  bool rejected_{false};
};

}  // namespace fmferry::filemaker
