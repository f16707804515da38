// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/scsu.hpp>
#include <fmsim/fmp12/streams.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

// The count of units has one byte; how it would go on beyond this is not known.
constexpr std::size_t k_most_units = 127;

void put_counted_text(std::string& out, std::string_view text) {
  const std::u16string units = utf16(text);
  if (units.size() > k_most_units) throw std::length_error("a file name of more than 127 units");
  put_byte(out, static_cast<std::uint32_t>(units.size()));
  out += hidden(scsu(units));
}

bool is_auxiliary(std::string_view type) {
  constexpr std::array<std::string_view, 7> k_auxiliary{
      "DPI_", "FNAM", "FORK", "FRM#", "GLPH", "MAIN", "SIZE"};
  return std::binary_search(k_auxiliary.begin(), k_auxiliary.end(), type);
}

// The type of stream that a name's extension stands for; empty for others.
std::string_view promised_type(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> k_promises{
      {{"png", "PNGf"},
       {"jpg", "JPEG"},
       {"jpeg", "JPEG"},
       {"heic", "JPEG"},
       {"heif", "JPEG"},
       {"gif", "GIFf"},
       {"bmp", "BMPf"},
       {"svg", "SVG "},
       {"pdf", "PDF "},
       {"pct", "PICT"},
       {"pict", "PICT"}}};
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [each, type] : k_promises) {
    if (each == extension) return type;
  }
  return {};
}

const Stream* find(const Object& object, std::string_view type) {
  for (const Stream& each : object.streams) {
    if (each.type == type) return &each;
  }
  return nullptr;
}

}  // namespace

Stream name_stream(std::string_view kind, std::string_view name, std::string_view directory) {
  std::string bytes;
  put_32(bytes, 1);
  put_counted_text(bytes, kind);
  put_counted_text(bytes, directory);
  put_counted_text(bytes, name);
  Stream stream = plain_stream("FNAM", std::move(bytes));
  stream.name = name;
  return stream;
}

Stream size_stream(std::uint32_t width, std::uint32_t height) {
  std::string bytes;
  put_16(bytes, width);
  put_16(bytes, height);
  return plain_stream("SIZE", std::move(bytes));
}

Stream main_stream(std::string_view type) {
  return plain_stream("MAIN", std::string(type));
}

Stream plain_stream(std::string_view type, std::string bytes) {
  return {std::string(type), Body::of(std::move(bytes))};
}

std::vector<Stream> inserted_picture(std::string_view type,
                                     Body body,
                                     std::string_view name,
                                     std::uint32_t width,
                                     std::uint32_t height) {
  std::vector<Stream> streams{name_stream("image", name)};
  streams.push_back({std::string(type), std::move(body)});
  streams.push_back(size_stream(width, height));
  sort_streams(streams);
  return streams;
}

std::vector<Stream> inserted_file(Body body, std::string_view name) {
  return {{"FILE", std::move(body)}, name_stream("file", name)};
}

void sort_streams(std::vector<Stream>& streams) {
  std::stable_sort(streams.begin(), streams.end(), [](const Stream& a, const Stream& b) {
    return a.type < b.type;
  });
}

std::optional<std::string> name_of(const Object& object) {
  const Stream* stream = find(object, "FNAM");
  return stream == nullptr ? std::nullopt : stream->name;
}

const Stream* picture_of(const Object& object) {
  if (const Stream* file = find(object, "FILE")) return file;
  if (const Stream* main = find(object, "MAIN")) {
    if (const Stream* named = find(object, main->body.copy())) return named;
  }
  if (const Stream* promised = find(object, promised_type(name_of(object).value_or("")))) {
    return promised;
  }
  for (const std::string_view type :
       {"PDF ", "SVG ", "PNGf", "GIFf", "TIFF", "BMPf", "JPEG", "PICT"}) {
    if (const Stream* telling = find(object, type)) return telling;
  }
  const auto found = std::find_if(object.streams.begin(),
                                  object.streams.end(),
                                  [](const Stream& each) { return !is_auxiliary(each.type); });
  return found == object.streams.end() ? nullptr : &*found;
}

std::string object_md5(const Object& object) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestInit_ex(hash.get(), EVP_md5(), nullptr) != 1) throw std::runtime_error("no MD5");
  for (const Stream& each : object.streams) {
    if (each.type == "GLPH") continue;
    EVP_DigestUpdate(hash.get(), each.type.data(), each.type.size());
    each.body.read([&hash](std::string_view bytes) {
      EVP_DigestUpdate(hash.get(), bytes.data(), bytes.size());
    });
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(hash.get(), digest.data(), &size);
  return {digest.begin(), digest.begin() + size};
}

}  // namespace fmsim::fmp12
