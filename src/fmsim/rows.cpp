// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/rows.hpp>

#include <algorithm>

namespace fmsim {
namespace {

std::string data_info(const Records& records,
                      const Layout& shape,
                      const Page& page,
                      const std::string& occurrence) {
  std::string info = "{";
  append_member(info, "database", k_database);
  append_member(info, "layout", shape.name);
  append_member(
      info,
      "table",
      shape.table == TableId::images ? std::string_view(occurrence) : name_of(shape.table));
  append_raw_member(info, "totalRecordCount", std::to_string(records.count(shape.table)));
  append_raw_member(info, "foundCount", std::to_string(page.found));
  append_raw_member(info, "returnedCount", std::to_string(page.slots.size()));
  return info + "}";
}

bool shows_portal(const ReadOptions& options) {
  return options.shape->has_portal &&
         (!options.portals || options.portals->contains(std::string(k_portal)));
}

}  // namespace

std::string RowWriter::page(const Layout& layout,
                            const ReadOptions& options,
                            const Page& page,
                            const Reader& reader) const {
  std::string out = "{";
  append_raw_member(out, "dataInfo", data_info(records_, layout, page, settings_.odata.occurrence));
  append_key(out, "data");
  out += '[';
  for (const std::uint64_t slot : page.slots) {
    if (out.back() != '[') out += ',';
    append_row(out, options, slot, reader);
  }
  return out + "]}";
}

void RowWriter::append_row(std::string& out,
                           const ReadOptions& options,
                           std::uint64_t slot,
                           const Reader& reader) const {
  const TableId table = options.shape->table;
  out += "{\"fieldData\":{";
  append_fields(out, options, slot, reader);
  std::string portal = "{";
  std::string info = "[";
  if (shows_portal(options)) {
    const auto images = images_of(slot);
    const std::uint64_t from = std::min<std::uint64_t>(options.portal_offset - 1, images.size());
    const std::uint64_t to = from + std::min(options.portal_limit, images.size() - from);
    std::string rows = "[";
    for (std::uint64_t i = from; i < to; ++i) {
      rows += i == from ? "{" : ",{";
      append_member(rows, "recordId", std::to_string(records_.record_id(images[i])));
      append_member(
          rows, "API_Images::id", records_.value(TableId::images, images[i], image_field::id));
      append_member(rows,
                    "API_Images::image_date",
                    show_date(records_.value(TableId::images, images[i], image_field::image_date),
                              options.dates));
      append_member(rows, "modId", std::to_string(records_.mod_id(TableId::images, images[i])));
      rows += '}';
    }
    append_raw_member(portal, k_portal, rows + "]");
    info += '{';
    append_member(info, "portalObjectName", k_portal);
    append_member(info, "database", k_database);
    append_member(info, "table", name_of(TableId::images));
    append_raw_member(info, "foundCount", std::to_string(images.size()));
    append_raw_member(info, "returnedCount", std::to_string(to - from));
    info += '}';
  }
  out += "},\"portalData\":" + portal + "}";
  append_member(out, "recordId", std::to_string(records_.record_id(slot)));
  append_member(out, "modId", std::to_string(records_.mod_id(table, slot)));
  out += ",\"portalDataInfo\":" + info + "]}";
}

void RowWriter::append_fields(std::string& out,
                              const ReadOptions& options,
                              std::uint64_t slot,
                              const Reader& reader) const {
  const TableId table = options.shape->table;
  std::array<ContainerNow, k_containers> containers;
  if (options.shape->shows(image_field::first_container) && table == TableId::images) {
    containers = records_.containers(slot);
  }
  for (const std::size_t field : options.shape->shown) {
    append_key(out, fields_of(table)[field].name);
    if (const auto container = container_of(table, field)) {
      append_json(out, container_value(containers[*container], slot, *container, reader));
    } else if (const auto attribute = attribute_of(table, field)) {
      const std::string value = records_.attribute(slot, *attribute);
      if (attribute->is_md5 || value.empty()) {
        append_json(out, value);
      } else {
        out += value;
      }
    } else {
      append_value(out, options, slot, field);
    }
  }
}

void RowWriter::append_value(std::string& out,
                             const ReadOptions& options,
                             std::uint64_t slot,
                             std::size_t field) const {
  const TableId table = options.shape->table;
  const std::string value = records_.value(table, slot, field);
  const bool dirty = settings_.dirty_json && slot % 16 == 3;
  switch (fields_of(table)[field].type) {
    case FieldType::number:
      if (dirty)
        out += '?';
      else if (value.empty())
        out += "\"\"";
      else
        out += value;
      return;
    case FieldType::date:
      append_json(out, show_date(value, options.dates));
      return;
    case FieldType::timestamp:
      append_json(out, show_timestamp(value, options.dates));
      return;
    case FieldType::text:
    case FieldType::container:
      append_json(out, value);
      // Raw, as some servers send what users paste into text fields.
      if (dirty && field == image_field::category) out.insert(out.size() - 1, "\x0B\n\x01");
      return;
  }
}

std::string RowWriter::container_value(const ContainerNow& container,
                                       std::uint64_t slot,
                                       std::size_t index,
                                       const Reader& reader) const {
  if (container.filling == Filling::empty) return {};
  if (container.filling != Filling::filled) return container.text;
  std::string url = reader.scheme_and_host;
  url += container.additional ? "/Streaming_SSL/Additional_1/" : "/Streaming_SSL/MainDB/";
  url += tickets_.name_for({slot, index, reader.session, reader.now});
  url += container.extension;
  url += container.external ? "?RCType=RCFileProcessor" : "?RCType=EmbeddedRCFileProcessor";
  return url;
}

std::vector<std::uint64_t> RowWriter::images_of(std::uint64_t patient) const {
  // A patient's images lie in one block of the clinic; see Clinic::patient_of.
  constexpr std::uint64_t k_patients = 8;
  constexpr std::uint64_t k_images = 32;
  std::vector<std::uint64_t> images;
  const std::uint64_t first = patient / k_patients * k_images;
  for (std::uint64_t slot = first; slot < first + k_images && slot < clinic_.records(); ++slot) {
    const bool theirs =
        clinic_.patient_of(slot) == patient && clinic_.kind(slot) != Kind::missing_patient;
    if (theirs && records_.slot_of(TableId::images, clinic_.record_id(slot)))
      images.push_back(slot);
  }
  return images;
}

}  // namespace fmsim
