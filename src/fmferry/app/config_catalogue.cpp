// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>

#include <algorithm>

namespace fmferry {
namespace {

using sql::ColumnRule;
using sql::Expression;
using sql::Mapping;
using sql::TableRule;

// columns = { column = "value", other = 12, gone = false }
class ColumnsReader {
 public:
  ColumnsReader(std::string place, TableRule& rule, Problems& problems)
      : place_(std::move(place)), rule_(rule), problems_(problems) {}

  void read(const toml::table& columns) {
    for (const auto& [key, node] : columns) read_one(std::string(key.str()), node);
  }

  void once(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const auto column = rule_.columns.find(name);
      if (column == rule_.columns.end()) {
        problems_.push_back(place_ + "once names " + name + ", which has no rule in columns");
      } else {
        column->second.once = true;
      }
    }
  }

 private:
  void read_one(const std::string& column, const toml::node& node) {
    std::string text;
    if (const auto value = node.value_exact<std::string>()) {
      text = *value;
    } else if (const auto number = node.value_exact<std::int64_t>()) {
      text = std::to_string(*number);
    } else if (const auto flag = node.value_exact<bool>(); flag && !*flag) {
      rule_.columns.erase(column);
      return;
    } else {
      return problem(node, column, "must be a text, a whole number, or false to leave it alone");
    }
    auto parsed = Expression::parse(text);
    if (!parsed) return problem(node, column, parsed.error().what);
    rule_.columns[column].value = *std::move(parsed);
  }

  void problem(const toml::node& node, const std::string& column, const std::string& what) {
    problems_.push_back("line " + std::to_string(node.source().begin.line) + ": " + place_ +
                        "columns." + column + ": " + what);
  }

  std::string place_;
  TableRule& rule_;
  Problems& problems_;
};

// Table, key and columns; what else the section has is asked for by the caller before.
void read_table_rule(Section& section,
                     const toml::table& table,
                     const std::string& place,
                     TableRule& rule,
                     Problems& problems) {
  section.text("table", rule.table);
  if (rule.table.empty()) problems.push_back(place + "table is missing");
  section.text("key", rule.key);
  section.table("columns");
  std::vector<std::string> once;
  section.texts("once", once);
  ColumnsReader reader(place, rule, problems);
  if (const auto* columns = table["columns"].as_table()) reader.read(*columns);
  reader.once(once);
  section.refuse_the_rest();
}

void read_images(const toml::table& catalogue, Mapping& mapping, Problems& problems) {
  const auto* table = catalogue["images"].as_table();
  if (table == nullptr) return;
  Section section(catalogue, "images", problems);
  section.text("group", mapping.group_column);
  section.text("order", mapping.order_column);
  std::string parent;
  section.text("parent", parent);
  if (!parent.empty() && mapping.groups) {
    problems.emplace_back(
        "[catalogue.images] parent: groups have the parent here; name it in [catalogue.groups]");
  } else if (!parent.empty()) {
    mapping.parent_column = parent;
  }
  read_table_rule(section, *table, "[catalogue.images] ", mapping.images, problems);
}

void read_groups(const toml::table& catalogue, Mapping& mapping, Problems& problems) {
  const auto* table = catalogue["groups"].as_table();
  if (table == nullptr) return;
  if (!mapping.groups) mapping.groups.emplace();
  Section section(catalogue, "groups", problems);
  section.text("parent", mapping.parent_column);
  section.text("count", mapping.count_column);
  read_table_rule(section, *table, "[catalogue.groups] ", *mapping.groups, problems);
}

void read_matches(const std::vector<std::string>& texts,
                  sql::ParentRule& parents,
                  Problems& problems) {
  if (texts.empty()) return;
  parents.matches.clear();
  for (const std::string& text : texts) {
    auto match = sql::parse_match(text);
    if (match) {
      parents.matches.push_back(*std::move(match));
    } else {
      problems.push_back("[catalogue.parents] match: write \"" + text +
                         "\" as \"column\", \"json_column.key\" or \"column = Field\"");
    }
  }
}

void read_parents(const toml::table& catalogue, Mapping& mapping, Problems& problems) {
  const auto* table = catalogue["parents"].as_table();
  if (table == nullptr) return;
  if (!mapping.parents) mapping.parents.emplace();
  Section section(catalogue, "parents", problems);
  sql::ParentRule& parents = *mapping.parents;
  section.text("table", parents.table);
  section.text("id", parents.id);
  section.text("app_label", parents.app_label);
  section.text("model", parents.model);
  std::vector<std::string> matches;
  section.texts("match", matches);
  read_matches(matches, parents, problems);
  section.refuse_the_rest();
}

// The short keys for what differs between installations of the same application.
void read_short_keys(Section& section, Mapping& mapping) {
  sql::ParentRule unused;
  sql::ParentRule& parents = mapping.parents ? *mapping.parents : unused;
  section.text("app_label", parents.app_label);
  section.text("model", parents.model);
  section.text("parent_table", parents.table);
  std::string column;
  std::string key;
  section.text("parent_metadata", column);
  section.text("parent_key", key);
  if (parents.matches.empty()) return;
  if (!column.empty()) parents.matches.front().column = column;
  if (!key.empty()) parents.matches.front().path = {key};
}

void check_mapping(const Mapping& mapping, Problems& problems) {
  if (mapping.images.table.empty()) {
    problems.emplace_back("[catalogue.images] table is missing: which table do images go to?");
  }
  if (mapping.groups && mapping.group_column.empty()) {
    problems.emplace_back(
        "[catalogue.images] group is missing: the column that names the image's group");
  }
  if (!mapping.parents) return;
  if (mapping.parents->table.empty() || mapping.parents->matches.empty()) {
    problems.emplace_back(
        "[catalogue.parents] table and match are missing: whose are the images, and by which "
        "column are they told?");
  }
  if (mapping.parent_column.empty()) {
    problems.emplace_back("[catalogue.images] parent is missing: the column that names the parent");
  }
}

// Which fields of a record tell its parent, in the order of the matches.
void name_fields(Config& config, Problems& problems) {
  const Mapping& mapping = config.catalogue.mapping;
  JobSettings& job = config.job;
  job.mapped_fields = mapping.fields();
  if (!mapping.parents) return;
  for (const auto& match : mapping.parents->matches) {
    if (match.field.empty() && job.parent_field.empty()) {
      problems.emplace_back(
          "[record] parent is missing: [catalogue] needs to know whose a record is");
      return;
    }
    job.parent_fields.push_back(match.field.empty() ? job.parent_field : match.field);
  }
}

}  // namespace

void read_catalogue(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "catalogue", problems);
  if (!section.present()) return;
  CatalogueConfig& catalogue = config.catalogue;
  std::string path;
  section.text("sqlite", path);
  section.text("postgres", catalogue.postgres);
  section.text("password", catalogue.password);
  section.text("ca", catalogue.ca);
  if (path.empty() == catalogue.postgres.empty()) {
    problems.emplace_back("[catalogue] needs either sqlite or postgres: which database is it?");
  }
  if (!path.empty()) catalogue.sqlite = config.folder / path;
  catalogue.mapping = *sql::preset("nexus");
  section.parsed("preset", sql::k_presets, [&catalogue](const std::string& name) {
    auto mapping = sql::preset(name);
    if (mapping) catalogue.mapping = *std::move(mapping);
    return mapping.has_value();
  });
  Mapping& mapping = catalogue.mapping;
  read_short_keys(section, mapping);
  section.parsed("zone", "\"local\", \"utc\" or \"+10:00\"", [&mapping](const std::string& text) {
    const auto zone = parse_zone(text);
    if (zone) mapping.zone = *zone;
    return zone.has_value();
  });
  for (const auto* key : {"images", "groups", "parents"}) section.table(key);
  section.refuse_the_rest();
  const auto& table = *root["catalogue"].as_table();
  read_groups(table, mapping, problems);
  read_images(table, mapping, problems);
  read_parents(table, mapping, problems);
  check_mapping(mapping, problems);
  name_fields(config, problems);
}

}  // namespace fmferry
