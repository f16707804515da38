// SPDX-License-Identifier: Apache-2.0
#include <fmsim/random.hpp>
#include <fmsim/tickets.hpp>

namespace fmsim {
namespace {

constexpr std::size_t k_word_digits = 16;
constexpr std::uint64_t k_rounds = 4;

enum Purpose : std::uint64_t { k_first_half = 1, k_second_half = 2, k_cookie = 3 };

void put_hex(std::string& out, std::uint64_t word) {
  for (std::uint64_t shift = 64; shift > 0; shift -= 4) {
    out += "0123456789ABCDEF"[(word >> (shift - 4)) & 15U];
  }
}

std::optional<std::uint64_t> get_hex(std::string_view text) {
  if (text.size() != k_word_digits) return std::nullopt;
  std::uint64_t word = 0;
  for (const char c : text) {
    const std::size_t digit = std::string_view("0123456789ABCDEF").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    word = (word << 4U) | digit;
  }
  return word;
}

}  // namespace

TicketOffice::TicketOffice() : key_(random_number()) {}

// A Feistel network: looks random to a client, and needs no table to be undone.
TicketOffice::Words TicketOffice::scramble(Words words) const {
  for (std::uint64_t round = 0; round < k_rounds; ++round) {
    words = {words[1], words[0] ^ mix(words[1] ^ mix(key_ + round))};
  }
  return words;
}

TicketOffice::Words TicketOffice::unscramble(Words words) const {
  for (std::uint64_t round = k_rounds; round-- > 0;) {
    words = {words[1] ^ mix(words[0] ^ mix(key_ + round)), words[0]};
  }
  return words;
}

std::uint64_t TicketOffice::seal(std::uint64_t purpose, const Words& words) const {
  return mix(mix(mix(key_ ^ purpose) ^ words[0]) ^ words[1]);
}

std::string TicketOffice::name_for(const Ticket& ticket) {
  const std::uint64_t serial = serial_.fetch_add(1, std::memory_order_relaxed);
  const Words plain{
      (ticket.slot << 24U) | (ticket.container << 20U) | (serial & 0xFFFFFU),
      (ticket.session << 32U) | ticket.minted,
  };
  const Words hidden = scramble(plain);
  std::string name;
  name.reserve(4 * k_word_digits);
  put_hex(name, hidden[0]);
  put_hex(name, seal(k_first_half, plain));
  put_hex(name, hidden[1]);
  put_hex(name, seal(k_second_half, plain));
  return name;
}

std::optional<Ticket> TicketOffice::read(std::string_view name) const {
  if (name.size() != 4 * k_word_digits) return std::nullopt;
  std::array<std::uint64_t, 4> words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = get_hex(name.substr(i * k_word_digits, k_word_digits));
    if (!word) return std::nullopt;
    words[i] = *word;
  }
  const Words plain = unscramble({words[0], words[2]});
  if (words[1] != seal(k_first_half, plain) || words[3] != seal(k_second_half, plain)) {
    return std::nullopt;
  }
  return Ticket{plain[0] >> 24U,
                (plain[0] >> 20U) & 15U,
                plain[1] >> 32U,
                static_cast<std::uint32_t>(plain[1] & 0xFFFFFFFFU)};
}

std::string TicketOffice::cookie_for(std::string_view name) {
  const std::uint64_t nonce = mix(key_ + serial_.fetch_add(1, std::memory_order_relaxed));
  const std::uint64_t first = get_hex(name.substr(0, k_word_digits)).value_or(0);
  std::string cookie;
  put_hex(cookie, nonce);
  put_hex(cookie, seal(k_cookie, {nonce, first}));
  return cookie;
}

bool TicketOffice::is_cookie_for(std::string_view cookie, std::string_view name) const {
  if (cookie.size() != 2 * k_word_digits) return false;
  const auto nonce = get_hex(cookie.substr(0, k_word_digits));
  const auto sealed = get_hex(cookie.substr(k_word_digits));
  const auto first = get_hex(name.substr(0, k_word_digits));
  return nonce && sealed && first && *sealed == seal(k_cookie, {*nonce, *first});
}

void TicketOffice::forget_all() {
  key_ = random_number();
}

}  // namespace fmsim
