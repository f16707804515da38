// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace fmsim {
namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string hex_number(std::size_t value) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdef"[value % 16]);
    value /= 16;
  } while (value > 0);
  return text;
}

std::string finish(EVP_MD_CTX* handle, std::string_view digits) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(handle, digest.data(), &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* handle{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->handle, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("no SHA-256");
  }
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_->handle);
}

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_->handle, bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  return finish(context_->handle, "0123456789abcdef");
}

struct Md5::Context {
  EVP_MD_CTX* handle{EVP_MD_CTX_new()};
};

Md5::Md5() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->handle, EVP_md5(), nullptr) != 1) {
    throw std::runtime_error("no MD5");
  }
}

Md5::~Md5() {
  EVP_MD_CTX_free(context_->handle);
}

void Md5::add(std::string_view bytes) {
  EVP_DigestUpdate(context_->handle, bytes.data(), bytes.size());
}

std::string Md5::upper_hex() {
  return finish(context_->handle, "0123456789ABCDEF");
}

std::string base64(std::string_view bytes) {
  std::vector<unsigned char> out(4 * ((bytes.size() + 2) / 3) + 1);
  const int size = EVP_EncodeBlock(out.data(), raw(bytes), static_cast<int>(bytes.size()));
  return {out.begin(), out.begin() + size};
}

std::string base64_decoded(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::vector<unsigned char> out(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(out.data(), raw(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  std::string bytes(out.begin(), out.begin() + size);
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '=' && !bytes.empty(); --i) {
    bytes.pop_back();
  }
  return bytes;
}

std::string entity_tag(std::string_view body) {
  constexpr std::size_t k_shown = 27;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(body.data(), body.size(), digest.data(), &size, EVP_sha1(), nullptr);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), size);
  return "W/\"" + hex_number(body.size()) + "-" + base64(bytes).substr(0, k_shown) + "\"";
}

}  // namespace fmsim
