// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/net/http.hpp>

#include <gtest/gtest.h>
#define CPPHTTPLIB_OPENSSL_SUPPORT
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <thread>

namespace fmferry {
namespace {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct CertFree {
  void operator()(X509* cert) const { X509_free(cert); }
};

using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Cert = std::unique_ptr<X509, CertFree>;

Key make_key() {
  return Key(EVP_EC_gen("P-256"));
}

// Signed by itself, good for 127.0.0.1.
Cert make_cert(EVP_PKEY* key) {
  Cert cert(X509_new());
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  X509_set_pubkey(cert.get(), key);
  X509_NAME* name = X509_get_subject_name(cert.get());
  const std::string common = "loopback test";
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()), -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  X509_EXTENSION* alt = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(cert.get(), alt, -1);
  X509_EXTENSION_free(alt);
  X509_sign(cert.get(), key, EVP_sha256());
  return cert;
}

std::string to_pem(X509* cert) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, cert);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

class Tls : public testing::Test {
 protected:
  void SetUp() override {
    ca_file_ = std::filesystem::temp_directory_path() / ("fmferry-tls-" + uuid());
    ASSERT_TRUE(write_file(ca_file_, to_pem(cert_.get())));
    server_.Get("/", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("safe", "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }

  void TearDown() override {
    server_.stop();
    thread_.join();
    std::filesystem::remove(ca_file_);
  }

  static std::string uuid() {
    return std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
  }

  [[nodiscard]] Result<HttpResponse> get(HttpOptions options) const {
    return HttpClient(std::move(options))
        .send({.url = "https://127.0.0.1:" + std::to_string(port_) + "/"}, {});
  }

  Key key_{make_key()};
  Cert cert_{make_cert(key_.get())};
  httplib::SSLServer server_{cert_.get(), key_.get()};
  std::filesystem::path ca_file_{};
  int port_{0};
  std::jthread thread_{};
};

TEST_F(Tls, RefusesACertificateThatNobodyVouchesFor) {
  const auto response = get({});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::denied);
}

TEST_F(Tls, TrustsTheCaThatItIsGiven) {
  const auto response = get({.ca_file = ca_file_.string()});
  ASSERT_TRUE(response) << to_line(response.error());
  EXPECT_EQ(response->body, "safe");
}

TEST_F(Tls, SaysThatAMissingCaFileIsMissing) {
  const auto response = get({.ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace fmferry
