// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/ports/object_store.hpp>

#include <string>
#include <string_view>
#include <vector>

// What S3 says in XML. An answer that is not what was asked for is `corrupt`, never an empty one.
namespace fmferry::s3 {

// An error's body; all empty when it is no S3 error. Many stores leave the message out.
struct ErrorAnswer {
  std::string code{};
  std::string message{};
  std::string region{};
};

[[nodiscard]] ErrorAnswer parse_error_answer(std::string_view xml);

// A page of ListObjectsV2; keys as stored, with the store's whole prefix.
[[nodiscard]] Result<ListPage> parse_list_answer(std::string_view xml);

[[nodiscard]] Result<std::string> parse_upload_id(std::string_view xml);

struct CompletedAnswer {
  std::string etag{};
  std::string checksum_sha256{};  // base64, perhaps with "-N"
};

// S3 may find out that completing failed after it has already said 200: `error` is then filled.
struct CompletionAnswer {
  CompletedAnswer completed{};
  ErrorAnswer error{};
};

[[nodiscard]] Result<CompletionAnswer> parse_completion(std::string_view xml);

// The same of a copy, with the copy's ETag.
[[nodiscard]] Result<CompletionAnswer> parse_copy(std::string_view xml);

struct PartName {
  std::string etag{};
  std::string checksum_sha256{};  // base64; empty: not told
};

[[nodiscard]] std::string completion_request(const std::vector<PartName>& parts);

[[nodiscard]] std::string without_quotes(std::string_view etag);

}  // namespace fmferry::s3
