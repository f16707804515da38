// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/catalogue.hpp>
#include <fmferry/sql/database.hpp>
#include <fmferry/sql/mapping.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace fmferry::sql {

// Looks up the application's own ids of parents.
class Parents {
 public:
  // Reads the live schema. `invalid`, naming table and column, when a rule does not fit it.
  static Result<Parents> make(Database& database, ParentRule rule);

  // See Catalogue::parents(). The first rule that knows the parent counts.
  Result<std::vector<std::optional<std::string>>> find(Database& database,
                                                       std::span<const ParentKeys> keys) const;

  // The parents' number in django_content_type; empty when the rule names no model.
  [[nodiscard]] const std::string& content_type() const { return content_type_; }

  // SQL that is true for a row whose `column` names a parent that is not there.
  [[nodiscard]] std::string lacks(const std::string& column) const;

 private:
  Parents(ParentRule rule, Dialect dialect) : rule_(std::move(rule)), dialect_(dialect) {}

  [[nodiscard]] std::string told_by(const ParentMatch& match) const;
  // Source id, in a form that is the same for all spellings of a UUID, to parent; empty: claimed by
  // several.
  Result<std::map<std::string, std::string>> known(Database& database,
                                                   const ParentMatch& match,
                                                   const std::set<std::string>& wanted) const;

  ParentRule rule_;
  Dialect dialect_;
  std::string content_type_{};
};

}  // namespace fmferry::sql
