// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/dataapi/options.hpp>
#include <fmferry/foundation/result.hpp>

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace fmferry::dataapi {

struct LayoutField {
  std::string name{};
  bool is_container{false};
  bool is_global{false};
  bool is_calculated{false};  // also summaries: nothing can be written there
  bool fills_itself{false};   // auto-enter
  int first_repetition{1};
  int last_repetition{1};
};

// The fields that are placed on a layout: all that the Data API shows.
struct Layout {
  std::vector<LayoutField> fields{};

  [[nodiscard]] const LayoutField* find(std::string_view name) const;
};

[[nodiscard]] Result<Layout> read_layout(const boost::json::object& response);

// "photo(2)" is repetition 2 of "photo"; without brackets it is the first.
struct FieldName {
  std::string base{};
  int repetition{1};
};

[[nodiscard]] FieldName parse_field_name(std::string_view name);

// What is read from every record.
struct RecordShape {
  std::vector<std::string> containers{};
  std::vector<std::string> fields{};
};

// What the options ask for, completed from the layout where they leave it open.
[[nodiscard]] RecordShape shape_for(const DataApiOptions& options, const Layout& layout);
// `invalid`, naming the first field that is missing, of the wrong kind or can't be written.
[[nodiscard]] Status check_fields(const DataApiOptions& options, const Layout& layout);

}  // namespace fmferry::dataapi
