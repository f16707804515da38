// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/http.hpp>

#include <atomic>
#include <cstdint>
#include <optional>

namespace fmferry {

// "bytes 0-4095/31337" (RFC 9110 section 14.4); nothing for other units and unknown lengths.
struct ContentRange {
  std::int64_t first{0};
  std::int64_t last{0};
  std::int64_t whole{0};
};

[[nodiscard]] std::optional<ContentRange> read_content_range(std::string_view text);

// One GET of a body of which the caller may want no more than the beginning (context.first_bytes):
// it asks the server for that part. Servers may send everything all the same. One that refuses the
// wish, or sends what was not wished for, is not asked again: `works` is shared by all requests to
// it, and false from the beginning where the user says so.
class PartRequest {
 public:
  PartRequest(std::atomic<bool>& works, const CallContext& context);

  void ask(HttpRequest& request) const;
  // The answer's head: tells context.on_length. `corrupt` when it is another part.
  Status take_head(const HttpResponse& head) const;
  // The body has no first bytes, as it has none: 416 with `bytes */0`.
  [[nodiscard]] bool is_empty(const HttpResponse& response) const;
  // Whether the wish was refused; without it the same request may be answered.
  [[nodiscard]] bool was_refused(const HttpResponse& response) const;

  [[nodiscard]] bool is_asked() const { return most_.has_value(); }

 private:
  std::atomic<bool>& works_;
  const CallContext& context_;
  std::optional<std::int64_t> most_{};
};

}  // namespace fmferry
