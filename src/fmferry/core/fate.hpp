// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace fmferry {

// What became of a record. Every record has exactly one; the names are part of the ledger's format.
enum class Fate { pending, moved, empty, corrupt, duplicate, refused, quarantined };

inline constexpr std::array k_fates{Fate::pending,
                                    Fate::moved,
                                    Fate::empty,
                                    Fate::corrupt,
                                    Fate::duplicate,
                                    Fate::refused,
                                    Fate::quarantined};

[[nodiscard]] std::string_view name_of(Fate fate);
[[nodiscard]] std::optional<Fate> fate_from(std::string_view name);

// Why a record has a fate other than moved or pending. The names are part of the ledger's format
// and documented in docs/manual/fates.md.
namespace reason {
inline constexpr std::string_view k_no_data = "no_data";          // all containers empty
inline constexpr std::string_view k_unreachable = "unreachable";  // only `?`, text, references
inline constexpr std::string_view k_zero_bytes = "zero_bytes";    // fetched, nothing came
inline constexpr std::string_view k_truncated = "truncated";      // structure ends too early
inline constexpr std::string_view k_malformed = "malformed";      // structure is broken
inline constexpr std::string_view k_damaged_at_source =
    "damaged_at_source";  // the source itself finds its bytes damaged
inline constexpr std::string_view k_duplicate_id = "duplicate_id";  // shares its id with others
inline constexpr std::string_view k_missing_id = "missing_id";      // its id field is empty
inline constexpr std::string_view k_key_taken = "key_taken";    // the store has other bytes there
inline constexpr std::string_view k_unnameable = "unnameable";  // no valid key can be made
inline constexpr std::string_view k_fetch_failed =
    "fetch_failed";  // the source failed on it each time
inline constexpr std::string_view k_store_failed =
    "store_failed";  // the store refused it each time
inline constexpr std::string_view k_write_refused = "write_refused";  // mark or stamp was refused
inline constexpr std::string_view k_vanished = "vanished";  // left the source during the run
inline constexpr std::string_view k_no_parent =
    "no_parent";  // moved; the catalogue has no such parent
inline constexpr std::string_view k_catalogue_conflict =
    "catalogue_conflict";  // its id is taken there
inline constexpr std::string_view k_catalogue_misfit =
    "catalogue_misfit";  // moved; a value does not fit its column
// Why a moved record has no thumbnail; store_failed and key_taken can be a reason, too:
inline constexpr std::string_view k_not_a_picture =
    "not_a_picture";  // of a type that thumbnails are not made of
inline constexpr std::string_view k_undecodable = "undecodable";  // no decoder reads it
inline constexpr std::string_view k_too_large =
    "too_large";  // more pixels, bytes or memory than allowed
inline constexpr std::string_view k_too_slow = "too_slow";        // took longer than allowed
inline constexpr std::string_view k_worker_died = "worker_died";  // it crashed its decoder
}  // namespace reason

}  // namespace fmferry
