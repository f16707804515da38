// SPDX-License-Identifier: Apache-2.0
#include <fmsim/certificate.hpp>
#include <fmsim/random.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace fmsim {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

  void operator()(X509* certificate) const { X509_free(certificate); }

  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }

  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using File = std::unique_ptr<std::FILE, Free>;

void add_extension(X509* certificate, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value));
  if (!extension) throw std::runtime_error("cannot make a certificate extension");
  X509_add_ext(certificate, extension.get(), -1);
}

Certificate sign(EVP_PKEY* key) {
  constexpr long k_ten_years = 10L * 365 * 24 * 3600;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), random_number() >> 2U);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), k_ten_years);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::string common = "fmsim localhost";
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) {
    throw std::runtime_error("cannot sign the certificate");
  }
  return certificate;
}

File open_for_writing(const std::string& path, unsigned int mode) {
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (handle < 0) throw std::runtime_error("cannot write " + path);
  File file(::fdopen(handle, "w"));
  if (!file) throw std::runtime_error("cannot write " + path);
  return file;
}

}  // namespace

void ensure_certificate(const std::string& folder) {
  const std::string certificate_path = folder + "/cert.pem";
  const std::string key_path = folder + "/key.pem";
  if (std::filesystem::exists(certificate_path) && std::filesystem::exists(key_path)) return;
  const Key key(EVP_EC_gen("P-256"));
  if (!key) throw std::runtime_error("cannot make a key");
  const Certificate certificate = sign(key.get());
  const File key_file = open_for_writing(key_path, 0600);
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  const File certificate_file = open_for_writing(certificate_path, 0644);
  PEM_write_X509(certificate_file.get(), certificate.get());
}

}  // namespace fmsim
