// SPDX-License-Identifier: Apache-2.0
#include <fmsim/claris/srp.hpp>
#include <fmsim/digest.hpp>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

// Everything is a string of hex digits until it has to be a number: that is how Cognito's own
// clients define what is hashed.
namespace fmsim::claris {
namespace {

// RFC 3526, group 15.
constexpr std::string_view k_n_hex =
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404"
    "dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7"
    "ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf"
    "5f"
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce"
    "3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa05"
    "10"
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4"
    "c7"
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b20"
    "0c"
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffff"
    "ff";

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};

using Number = std::unique_ptr<BIGNUM, FreeNumber>;

Number number_of(const std::string& hex) {
  BIGNUM* number = nullptr;
  if (hex.empty() || BN_hex2bn(&number, hex.c_str()) != static_cast<int>(hex.size())) {
    BN_free(number);
    return nullptr;
  }
  return Number(number);
}

Number fresh() {
  return Number(BN_new());
}

std::string hex_of(const Number& number) {
  std::vector<unsigned char> bytes(static_cast<std::size_t>(BN_num_bytes(number.get())) + 1);
  const int size = BN_bn2bin(number.get(), bytes.data());
  std::string text;
  for (int i = 0; i < size; ++i) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    text += k_digits[bytes[static_cast<std::size_t>(i)] >> 4U];
    text += k_digits[bytes[static_cast<std::size_t>(i)] & 15U];
  }
  while (text.size() > 1 && text.front() == '0') text.erase(0, 1);
  return text.empty() ? "0" : text;
}

std::string pad(std::string hex) {
  if (hex.size() % 2 == 1) return "0" + hex;
  if (hex.front() >= '8') return "00" + hex;
  return hex;
}

unsigned digit_of(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

std::string bytes_of(const std::string& padded) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < padded.size(); i += 2) {
    bytes += static_cast<char>(digit_of(padded[i]) << 4U | digit_of(padded[i + 1]));
  }
  return bytes;
}

std::string hash_hex(const std::string& bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

std::string hash_hex_of_two(const std::string& a_hex, const std::string& b_hex) {
  return hash_hex(bytes_of(pad(a_hex)) + bytes_of(pad(b_hex)));
}

std::string hmac(const std::string& key, const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(),
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(),
       out.data(),
       &size);
  return {out.begin(), out.begin() + size};
}

// A hash as a number drops its leading zeros before it is padded again.
std::string as_number(const std::string& hex) {
  return hex_of(number_of(hex));
}

class Field {
 public:
  Field() : n_(number_of(std::string(k_n_hex))), context_(BN_CTX_new()) {}

  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;

  ~Field() { BN_CTX_free(context_); }

  [[nodiscard]] Number power(const Number& base, const Number& exponent) const {
    Number result = fresh();
    BN_mod_exp(result.get(), base.get(), exponent.get(), n_.get(), context_);
    return result;
  }

  [[nodiscard]] Number product(const Number& a, const Number& b) const {
    Number result = fresh();
    BN_mod_mul(result.get(), a.get(), b.get(), n_.get(), context_);
    return result;
  }

  [[nodiscard]] Number sum(const Number& a, const Number& b) const {
    Number result = fresh();
    BN_mod_add(result.get(), a.get(), b.get(), n_.get(), context_);
    return result;
  }

  [[nodiscard]] bool is_multiple_of_n(const Number& a) const {
    const Number rest = fresh();
    BN_nnmod(rest.get(), a.get(), n_.get(), context_);
    return BN_is_zero(rest.get()) == 1;
  }

 private:
  Number n_;
  BN_CTX* context_;
};

Number generator() {
  return number_of("2");
}

}  // namespace

Verifier make_verifier(const std::string& pool_name,
                       const std::string& user_id,
                       const std::string& password,
                       const std::string& salt_hex) {
  const std::string inner = bytes_of(hash_hex(pool_name + user_id + ":" + password));
  const std::string x = hash_hex(bytes_of(pad(as_number(salt_hex))) + inner);
  const Field field;
  return {salt_hex, hex_of(field.power(generator(), number_of(x)))};
}

struct ServerSrp::Numbers {
  Number v;
  Number b;
  Number public_b;
};

ServerSrp::ServerSrp(const Verifier& verifier, const std::string& b_hex)
    : numbers_(std::make_unique<Numbers>()) {
  numbers_->v = number_of(verifier.v_hex);
  numbers_->b = b_hex.empty() ? fresh() : number_of(b_hex);
  if (b_hex.empty() && BN_rand(numbers_->b.get(), 1024, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1) {
    throw std::runtime_error("no random number");
  }
  const Field field;
  const Number k = number_of(hash_hex_of_two(std::string(k_n_hex), "2"));
  numbers_->public_b =
      field.sum(field.product(k, numbers_->v), field.power(generator(), numbers_->b));
}

ServerSrp::~ServerSrp() = default;
ServerSrp::ServerSrp(ServerSrp&&) noexcept = default;
ServerSrp& ServerSrp::operator=(ServerSrp&&) noexcept = default;

std::string ServerSrp::srp_b() const {
  return hex_of(numbers_->public_b);
}

std::string ServerSrp::expected_signature(const std::string& srp_a,
                                          const std::string& message) const {
  const Field field;
  const Number a = number_of(srp_a);
  if (!a || BN_is_negative(a.get()) == 1 || field.is_multiple_of_n(a)) return {};
  const std::string u = as_number(hash_hex_of_two(hex_of(a), srp_b()));
  const Number base = field.product(a, field.power(numbers_->v, number_of(u)));
  const std::string s = hex_of(field.power(base, numbers_->b));
  const std::string extracted = hmac(bytes_of(pad(u)), bytes_of(pad(s)));
  const std::string key = hmac(extracted, "Caldera Derived Key\x01").substr(0, 16);
  return base64(hmac(key, message));
}

}  // namespace fmsim::claris
