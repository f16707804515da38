// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/big_number.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <new>

namespace fmferry::clarisid {
namespace {

constexpr std::size_t k_max_digits = 2048;

struct FreeContext {
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};

using Context = std::unique_ptr<BN_CTX, FreeContext>;

void must(bool done) {
  if (!done) throw std::bad_alloc();
}

BigNumber owned(BIGNUM* number) {
  must(number != nullptr);
  return BigNumber(number);
}

Context make_context() {
  Context context(BN_CTX_secure_new());
  must(context != nullptr);
  return context;
}

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

void BigNumber::Free::operator()(bignum_st* number) const {
  BN_clear_free(number);
}

BigNumber BigNumber::from_bytes(std::string_view big_endian) {
  return owned(BN_bin2bn(octets(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

Result<BigNumber> BigNumber::from_hex(std::string_view hex) {
  if (hex.empty() || hex.size() > k_max_digits) {
    return fail(ErrorKind::invalid, "not a number of a usable length");
  }
  auto bytes = fmferry::from_hex((hex.size() % 2 == 0 ? "" : "0") + std::string(hex));
  if (!bytes) return fail(ErrorKind::invalid, "not a hexadecimal number");
  const Wiped held(std::move(*bytes));
  return from_bytes(held.view());
}

BigNumber BigNumber::random(int bits) {
  auto number = owned(BN_secure_new());
  must(BN_priv_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  return number;
}

BigNumber BigNumber::of(unsigned long value) {
  auto number = owned(BN_new());
  must(BN_set_word(number.get(), value) == 1);
  return number;
}

BigNumber BigNumber::prime_3072() {
  return owned(BN_get_rfc3526_prime_3072(nullptr));
}

std::string BigNumber::hex() const {
  char* text = BN_bn2hex(get());
  must(text != nullptr);
  std::string digits = to_lower(text);
  OPENSSL_free(text);
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

Wiped BigNumber::padded() const {
  const auto size = static_cast<std::size_t>(BN_num_bytes(get()));
  const bool needs_zero = BN_num_bits(get()) % 8 == 0;  // also for nothing at all
  Wiped bytes = Wiped::of_size(size + (needs_zero ? 1 : 0));
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2bin(get(), needs_zero ? out + 1 : out);
  return bytes;
}

bool BigNumber::is_zero() const {
  return BN_is_zero(get()) == 1;
}

BigNumber reduced(const BigNumber& a, const BigNumber& n) {
  const auto context = make_context();
  auto result = owned(BN_secure_new());
  must(BN_nnmod(result.get(), a.get(), n.get(), context.get()) == 1);
  return result;
}

BigNumber less_product(const BigNumber& a,
                       const BigNumber& b,
                       const BigNumber& c,
                       const BigNumber& n) {
  const auto context = make_context();
  auto product = owned(BN_secure_new());
  must(BN_mod_mul(product.get(), b.get(), c.get(), n.get(), context.get()) == 1);
  auto result = owned(BN_secure_new());
  must(BN_mod_sub(result.get(), a.get(), product.get(), n.get(), context.get()) == 1);
  return result;
}

BigNumber plus_product(const BigNumber& a, const BigNumber& b, const BigNumber& c) {
  const auto context = make_context();
  auto result = owned(BN_secure_new());
  must(BN_mul(result.get(), b.get(), c.get(), context.get()) == 1);
  must(BN_add(result.get(), result.get(), a.get()) == 1);
  return result;
}

BigNumber power(const BigNumber& base, const BigNumber& exponent, const BigNumber& n) {
  const auto context = make_context();
  auto result = owned(BN_secure_new());
  BN_set_flags(exponent.get(), BN_FLG_CONSTTIME);
  must(BN_mod_exp_mont_consttime(
           result.get(), base.get(), exponent.get(), n.get(), context.get(), nullptr) == 1);
  return result;
}

}  // namespace fmferry::clarisid
