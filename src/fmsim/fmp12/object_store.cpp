// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/attributes.hpp>
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/object_store.hpp>
#include <fmsim/fmp12/streams.hpp>
#include <fmsim/fmp12/values.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace fmsim::fmp12 {
namespace {

struct Digest {
  std::array<char, 16> md5{};
  std::uint32_t object{0};

  [[nodiscard]] std::string_view view() const { return {md5.data(), md5.size()}; }
};

std::string number_32(std::uint64_t value) {
  std::string bytes;
  put_32(bytes, static_cast<std::uint32_t>(value));
  return bytes;
}

Object sorted(const Object& object) {
  Object copy = object;
  sort_streams(copy.streams);
  return copy;
}

std::vector<Digest> digests_of(const Content& content) {
  std::vector<Digest> digests;
  content.objects([&digests](const Object& object) {
    Digest digest;
    const std::string md5 = object_md5(sorted(object));
    std::memcpy(digest.md5.data(), md5.data(), digest.md5.size());
    digest.object = object.id;
    digests.push_back(digest);
  });
  return digests;
}

void write_index(Writer& writer, const std::vector<Digest>& digests, std::uint64_t seed) {
  const Directory index(writer, key_of(1));
  writer.entry(key_of(0U), counted(digests.back().object));
  writer.entry(key_of(4), number_32(digests.size()));
  { const Directory unknown(writer, key_of(6)); }
  {
    const Directory all(writer, key_of(7));
    for (const Digest& each : digests) writer.entry(key_of(each.object));
  }
  {
    std::vector<Digest> by_md5 = digests;
    std::stable_sort(by_md5.begin(), by_md5.end(), [](const Digest& a, const Digest& b) {
      return a.view() < b.view();
    });
    const Directory found(writer, key_of(8));
    for (std::size_t i = 0; i < by_md5.size();) {
      const Directory same(writer, by_md5[i].view());
      const std::string_view md5 = by_md5[i].view();
      for (; i < by_md5.size() && by_md5[i].view() == md5; ++i) {
        writer.entry(key_of(by_md5[i].object));
      }
    }
  }
  write_attributes(writer, seed, static_cast<std::uint32_t>(digests.size()));
}

std::string listed(const std::vector<Stream>& streams) {
  std::string list;
  put_16(list, static_cast<std::uint32_t>(streams.size()));
  for (const Stream& each : streams) {
    list += each.type;
    put_32(list, static_cast<std::uint32_t>(each.body.size()));
  }
  return list;
}

void write_object(Writer& writer, const Object& object, const Digest& digest, std::uint64_t seed) {
  const Directory directory(writer, key_of(object.id));
  writer.entry(key_of(2), listed(object.streams));
  writer.entry(key_of(4), digest.view());
  writer.entry(key_of(0x12), number_32(object.uses));
  for (const Stream& each : object.streams) write_stream(writer, each.type, each.body);
  write_attributes(writer, seed ^ object.id, object.id % 4);
}

}  // namespace

void write_objects(Writer& writer,
                   const Content& content,
                   std::uint64_t seed,
                   const std::function<void(std::uint64_t)>& written) {
  const std::vector<Digest> digests = digests_of(content);
  if (digests.empty()) return;
  const Directory store(writer, key_of(0x1F));
  write_index(writer, digests, seed);
  const Directory objects(writer, key_of(5));
  std::size_t at = 0;
  content.objects([&](const Object& object) {
    const Object ordered = sorted(object);
    write_object(writer, ordered, digests[at++], seed);
    if (!written) return;
    std::uint64_t size = 0;
    for (const Stream& each : ordered.streams) size += each.body.size();
    written(size);
  });
}

}  // namespace fmsim::fmp12
