// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace fmferry {
namespace {

const unsigned char* octets(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string one_shot(ByteView bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm, nullptr) != 1) {
    throw std::runtime_error("OpenSSL refused a digest");
  }
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string uuid_text(std::string bytes, unsigned version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | (version << 4U));
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
  std::string text = to_hex(bytes);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
  return text;
}

}  // namespace

void Hasher::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Hasher::Hasher(HashAlgorithm algorithm) : context_(EVP_MD_CTX_new()) {
  const EVP_MD* md = algorithm == HashAlgorithm::sha256 ? EVP_sha256() : EVP_md5();
  if (context_ == nullptr || EVP_DigestInit_ex(context_.get(), md, nullptr) != 1) {
    throw std::runtime_error("OpenSSL refused a digest");
  }
}

void Hasher::update(ByteView bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL refused a digest");
  }
}

std::string Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context_.get(), out.data(), &size) != 1) {
    throw std::runtime_error("OpenSSL refused a digest");
  }
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string sha256(ByteView bytes) {
  return one_shot(bytes, EVP_sha256());
}

std::string md5(ByteView bytes) {
  return one_shot(bytes, EVP_md5());
}

std::string sha1(ByteView bytes) {
  return one_shot(bytes, EVP_sha1());
}

std::string hmac_sha256(ByteView key, ByteView bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(),
           key.data(),
           static_cast<int>(key.size()),
           octets(bytes),
           bytes.size(),
           out.data(),
           &size) == nullptr) {
    throw std::runtime_error("OpenSSL refused an HMAC");
  }
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string uuid_v5(std::string_view space, std::string_view name) {
  std::string hex;
  for (const char c : space) {
    if (c != '-') hex += c;
  }
  return uuid_text(sha1(from_hex(hex).value_or("") + std::string(name)).substr(0, 16), 5);
}

std::string uuid_v4() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
  return uuid_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, 4);
}

bool looks_like_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace fmferry
