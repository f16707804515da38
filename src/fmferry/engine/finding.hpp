// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace fmferry {

// How bad a finding is. A warning: what was moved is right, but something around it has changed.
enum class Verdict { ok, warning, failure };

[[nodiscard]] std::string_view name_of(Verdict verdict);

// What `verify` can find. The names are a contract: docs/formats/verify-json.md lists them.
struct FindingKind {
  std::string_view name;
  Verdict verdict;
  char symbol;  // of the record it is found on, as in `rclone check --combined`
};

namespace finding {
inline constexpr FindingKind k_object_missing{"object_missing", Verdict::failure, '-'};
inline constexpr FindingKind k_object_length{"object_length", Verdict::failure, '*'};
inline constexpr FindingKind k_object_hash{"object_hash", Verdict::failure, '*'};
inline constexpr FindingKind k_object_unreadable{"object_unreadable", Verdict::failure, '!'};
inline constexpr FindingKind k_source_hash{"source_hash", Verdict::failure, '*'};
inline constexpr FindingKind k_source_length{"source_length", Verdict::failure, '*'};
inline constexpr FindingKind k_source_md5{"source_md5", Verdict::failure, '*'};
inline constexpr FindingKind k_source_unreadable{"source_unreadable", Verdict::failure, '!'};
inline constexpr FindingKind k_row_missing{"row_missing", Verdict::failure, '*'};
inline constexpr FindingKind k_row_differs{"row_differs", Verdict::failure, '*'};
inline constexpr FindingKind k_row_without_object{"row_without_object", Verdict::failure, '-'};
inline constexpr FindingKind k_source_changed{"source_changed", Verdict::warning, '='};
inline constexpr FindingKind k_source_replaced{"source_replaced", Verdict::warning, '='};
inline constexpr FindingKind k_source_gone{"source_gone", Verdict::warning, '='};
inline constexpr FindingKind k_source_new{"source_new", Verdict::warning, '='};
inline constexpr FindingKind k_count_differs{"count_differs", Verdict::warning, '='};
inline constexpr FindingKind k_pending{"pending", Verdict::warning, '='};
inline constexpr FindingKind k_stamp_missing{"stamp_missing", Verdict::warning, '='};
inline constexpr FindingKind k_stamp_unproven{"stamp_unproven", Verdict::warning, '='};
inline constexpr FindingKind k_orphan{"orphan", Verdict::warning, '+'};
}  // namespace finding

inline constexpr std::array k_finding_kinds{finding::k_object_missing,
                                            finding::k_object_length,
                                            finding::k_object_hash,
                                            finding::k_object_unreadable,
                                            finding::k_source_hash,
                                            finding::k_source_length,
                                            finding::k_source_md5,
                                            finding::k_source_unreadable,
                                            finding::k_row_missing,
                                            finding::k_row_differs,
                                            finding::k_row_without_object,
                                            finding::k_source_changed,
                                            finding::k_source_replaced,
                                            finding::k_source_gone,
                                            finding::k_source_new,
                                            finding::k_count_differs,
                                            finding::k_pending,
                                            finding::k_stamp_missing,
                                            finding::k_stamp_unproven,
                                            finding::k_orphan};

struct Finding {
  FindingKind kind;
  RecordId record_id{0};   // 0: it is about no record
  std::string key{};       // empty: it is about no object
  std::string image_id{};  // of a catalogue row that no record owns
};

using FindingSink = std::function<void(const Finding&)>;
// One line an object: '=' good, '-' missing in the store, '+' only there, '*' differs, '!' error.
using SymbolSink = std::function<void(char symbol, const std::string& key)>;

}  // namespace fmferry
