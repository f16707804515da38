// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/odata/answer.hpp>
#include <fmsim/odata/expression.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fmsim::odata {

// A column of an answer: a field, or ROWID or ROWMODID when there is none.
struct Column {
  std::string name;
  std::optional<std::size_t> field{};
};

// Writes records the way OData shows them: no containers, empty values as null.
class EntityWriter {
 public:
  // `root` is the address of the database; all must outlive the writer.
  EntityWriter(const std::string& root,
               const View& view,
               const Occurrence& set,
               const Records& records,
               const ODataSettings& settings)
      : root_(root), view_(view), set_(set), records_(records), settings_(settings) {}

  // What $select names, or all fields that are no containers. Refused with 8309.
  [[nodiscard]] std::vector<Column> columns(const std::optional<std::string>& select) const;

  // `what` comes after the name of the set: a list of columns, /$entity.
  void append_context(std::string& out, const std::string& what) const;

  // The members of an entity, after what `out` has already.
  void append_members(std::string& out,
                      std::uint64_t slot,
                      const std::vector<Column>& columns) const;

  // As JSON, and as bare text; "" is an empty field.
  [[nodiscard]] std::string value(std::uint64_t slot, const Column& column) const;
  [[nodiscard]] std::string plain(std::uint64_t slot, const Column& column) const;

  // https://.../API_Images('A1'), or with the ROWID.
  [[nodiscard]] std::string address(std::uint64_t slot) const;
  [[nodiscard]] std::string row_address(std::uint64_t slot) const;

 private:
  [[nodiscard]] std::string number(const std::string& text, bool dirty) const;

  const std::string& root_;
  const View& view_;
  const Occurrence& set_;
  const Records& records_;
  const ODataSettings& settings_;
};

// `id,"name with blank"` taken apart.
std::vector<std::string> read_names(const std::string& list);

// `("id","best")`, as a context has it.
std::string context_columns(const std::vector<Column>& columns);

}  // namespace fmsim::odata
