// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmsim {

// What a streaming URL stands for.
struct Ticket {
  std::uint64_t slot{0};
  std::size_t container{0};
  std::uint64_t session{0};
  std::uint32_t minted{0};  // seconds on the caller's clock
};

// Makes and reads the 64 hex digits of streaming URLs and the cookies that go with them. A name
// holds its ticket, scrambled and sealed with a key of this process, so nothing has to be
// remembered however many pages are read. Thread-safe.
class TicketOffice {
 public:
  TicketOffice();

  // A name that was never given before.
  std::string name_for(const Ticket& ticket);

  // Nothing for a name that this office did not make, or made before forget_all().
  [[nodiscard]] std::optional<Ticket> read(std::string_view name) const;

  // A fresh cookie, good for this name only.
  std::string cookie_for(std::string_view name);
  [[nodiscard]] bool is_cookie_for(std::string_view cookie, std::string_view name) const;

  // Every name and cookie given so far becomes worthless: the engine has restarted.
  void forget_all();

 private:
  using Words = std::array<std::uint64_t, 2>;

  [[nodiscard]] Words scramble(Words words) const;
  [[nodiscard]] Words unscramble(Words words) const;
  [[nodiscard]] std::uint64_t seal(std::uint64_t purpose, const Words& words) const;

  std::atomic<std::uint64_t> key_;
  std::atomic<std::uint64_t> serial_{0};
};

}  // namespace fmsim
