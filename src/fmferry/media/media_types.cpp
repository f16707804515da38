// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/media_types.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace fmferry::media {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

template <std::size_t size>
constexpr std::array<Pair, size> sorted(std::array<Pair, size> table) {
  std::ranges::sort(table);
  return table;
}

constexpr auto k_other_names = sorted(std::to_array<Pair>({
    {"application/x-gzip", "application/gzip"},
    {"application/x-rar", "application/vnd.rar"},
    {"audio/x-aiff", "audio/aiff"},
    {"audio/x-flac", "audio/flac"},
    {"audio/x-hx-aac-adts", "audio/aac"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/x-wav", "audio/wav"},
    {"image/x-ms-bmp", "image/bmp"},
    {"image/x-win-bitmap", "image/vnd.microsoft.icon"},
    {"image/x-icon", "image/vnd.microsoft.icon"},
    {"text/rtf", "application/rtf"},
    {"text/x-vcard", "text/vcard"},
    {"text/xml", "application/xml"},
}));

constexpr auto k_extensions = sorted(std::to_array<Pair>({
    {"application/dicom", "dcm"},
    {"application/epub+zip", "epub"},
    {"application/gzip", "gz"},
    {"application/illustrator", "ai"},
    {"application/json", "json"},
    {"application/msword", "doc"},
    {"application/pdf", "pdf"},
    {"application/pgp-encrypted", "pgp"},
    {"application/postscript", "ps"},
    {"application/rtf", "rtf"},
    {"application/vnd.apple.keynote", "key"},
    {"application/vnd.apple.numbers", "numbers"},
    {"application/vnd.apple.pages", "pages"},
    {"application/vnd.ms-excel", "xls"},
    {"application/vnd.ms-outlook", "msg"},
    {"application/vnd.ms-powerpoint", "ppt"},
    {"application/vnd.oasis.opendocument.graphics", "odg"},
    {"application/vnd.oasis.opendocument.presentation", "odp"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
    {"application/vnd.oasis.opendocument.text", "odt"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    {"application/vnd.rar", "rar"},
    {"application/x-7z-compressed", "7z"},
    {"application/x-bzip2", "bz2"},
    {"application/x-tar", "tar"},
    {"application/x-xz", "xz"},
    {"application/xml", "xml"},
    {"application/zip", "zip"},
    {"audio/aac", "aac"},
    {"audio/aiff", "aiff"},
    {"audio/amr", "amr"},
    {"audio/flac", "flac"},
    {"audio/midi", "mid"},
    {"audio/mp4", "m4a"},
    {"audio/mpeg", "mp3"},
    {"audio/ogg", "ogg"},
    {"audio/wav", "wav"},
    {"image/avif", "avif"},
    {"image/bmp", "bmp"},
    {"image/emf", "emf"},
    {"image/gif", "gif"},
    {"image/heic", "heic"},
    {"image/heic-sequence", "heics"},
    {"image/heif", "heif"},
    {"image/heif-sequence", "heifs"},
    {"image/jls", "jls"},
    {"image/jp2", "jp2"},
    {"image/jpeg", "jpg"},
    {"image/jpx", "jpx"},
    {"image/jxl", "jxl"},
    {"image/png", "png"},
    {"image/svg+xml", "svg"},
    {"image/tiff", "tif"},
    {"image/vnd.adobe.photoshop", "psd"},
    {"image/vnd.djvu", "djvu"},
    {"image/vnd.microsoft.icon", "ico"},
    {"image/webp", "webp"},
    {"image/wmf", "wmf"},
    {"image/x-canon-cr2", "cr2"},
    {"image/x-canon-cr3", "cr3"},
    {"image/x-olympus-orf", "orf"},
    {"image/x-pcx", "pcx"},
    {"image/x-pict", "pict"},
    {"image/x-portable-bitmap", "pbm"},
    {"image/x-portable-greymap", "pgm"},
    {"image/x-portable-pixmap", "ppm"},
    {"image/x-xcf", "xcf"},
    {"message/rfc822", "eml"},
    {"text/calendar", "ics"},
    {"text/csv", "csv"},
    {"text/html", "html"},
    {"text/plain", "txt"},
    {"text/vcard", "vcf"},
    {"video/3gpp", "3gp"},
    {"video/3gpp2", "3g2"},
    {"video/mp4", "mp4"},
    {"video/mpeg", "mpg"},
    {"video/ogg", "ogv"},
    {"video/quicktime", "mov"},
    {"video/webm", "webm"},
    {"video/x-flv", "flv"},
    {"video/x-m4v", "m4v"},
    {"video/x-matroska", "mkv"},
    {"video/x-ms-asf", "wmv"},
    {"video/x-msvideo", "avi"},
}));

template <class Table>
std::string_view find(const Table& table, std::string_view key, std::string_view otherwise) {
  const auto found = std::ranges::lower_bound(table, key, {}, &Pair::first);
  return found != table.end() && found->first == key ? found->second : otherwise;
}

}  // namespace

std::string canonical_media_type(std::string_view media_type) {
  return std::string(find(k_other_names, media_type, media_type));
}

std::string_view extension_of(std::string_view media_type) {
  return find(k_extensions, media_type, "bin");
}

}  // namespace fmferry::media
