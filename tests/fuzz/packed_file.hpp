// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <string>

namespace fmferry::testing_support {

// A database without what a fuzzer should not spend its time on: magic numbers, sector numbers of
// four bytes, unused space. Each sector but the header is: previous, next and length of the payload
// (2 bytes each), level (1 byte), payload. Any bytes are a packed file.
[[nodiscard]] std::string pack(ByteView file);
[[nodiscard]] std::string unpack(ByteView packed);

}  // namespace fmferry::testing_support
