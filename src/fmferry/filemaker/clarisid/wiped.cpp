// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/wiped.hpp>

#include <openssl/crypto.h>

namespace fmferry::clarisid {

Wiped::Wiped(Wiped&& other) noexcept : bytes_(other.bytes_) {
  wipe(other.bytes_);
}

Wiped::~Wiped() {
  wipe(bytes_);
}

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace fmferry::clarisid
