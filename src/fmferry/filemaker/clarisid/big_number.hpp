// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/wiped.hpp>
#include <fmferry/foundation/result.hpp>

#include <memory>
#include <string>
#include <string_view>

struct bignum_st;

namespace fmferry::clarisid {

// A natural number whose memory is overwritten at its end. What fails for want of memory throws
// std::bad_alloc.
class BigNumber {
 public:
  static BigNumber from_bytes(std::string_view big_endian);
  // `invalid` for what is not hexadecimal, or longer than a kilobyte.
  static Result<BigNumber> from_hex(std::string_view hex);
  static BigNumber random(int bits);
  static BigNumber of(unsigned long value);
  // The 3072-bit prime of RFC 3526, group 15.
  static BigNumber prime_3072();

  explicit BigNumber(bignum_st* taken) : number_(taken) {}

  [[nodiscard]] std::string hex() const;  // lower case, no leading zero
  // As Java writes a number that is not negative: a zero byte before a first bit that is set.
  [[nodiscard]] Wiped padded() const;
  [[nodiscard]] bool is_zero() const;

  [[nodiscard]] bignum_st* get() const { return number_.get(); }

 private:
  struct Free {
    void operator()(bignum_st* number) const;
  };

  std::unique_ptr<bignum_st, Free> number_;
};

// a mod n
[[nodiscard]] BigNumber reduced(const BigNumber& a, const BigNumber& n);
// (a - b * c) mod n
[[nodiscard]] BigNumber less_product(const BigNumber& a,
                                     const BigNumber& b,
                                     const BigNumber& c,
                                     const BigNumber& n);
// a + b * c
[[nodiscard]] BigNumber plus_product(const BigNumber& a, const BigNumber& b, const BigNumber& c);
// base ^ exponent mod n, for an odd n; the time it takes does not depend on the exponent's bits.
[[nodiscard]] BigNumber power(const BigNumber& base, const BigNumber& exponent, const BigNumber& n);

}  // namespace fmferry::clarisid
