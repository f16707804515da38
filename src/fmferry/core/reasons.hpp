// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/fate.hpp>

#include <array>

namespace fmferry {

// All reason codes, for whoever offers them; a test compares the list with fate.hpp and the page.
inline constexpr std::array k_reasons{reason::k_no_data,          reason::k_unreachable,
                                      reason::k_zero_bytes,       reason::k_truncated,
                                      reason::k_malformed,        reason::k_damaged_at_source,
                                      reason::k_duplicate_id,     reason::k_missing_id,
                                      reason::k_key_taken,        reason::k_unnameable,
                                      reason::k_fetch_failed,     reason::k_store_failed,
                                      reason::k_write_refused,    reason::k_vanished,
                                      reason::k_no_parent,        reason::k_catalogue_conflict,
                                      reason::k_catalogue_misfit, reason::k_not_a_picture,
                                      reason::k_undecodable,      reason::k_too_large,
                                      reason::k_too_slow,         reason::k_worker_died};

}  // namespace fmferry
