// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/cursor.hpp>
#include <fmferry/filemaker/fmp12/file_name.hpp>
#include <fmferry/filemaker/fmp12/items.hpp>
#include <fmferry/filemaker/fmp12/object_store.hpp>
#include <fmferry/foundation/digest.hpp>

#include <algorithm>

namespace fmferry::fmp12 {
namespace {

constexpr std::string_view k_store{"\x1F"};
constexpr std::string_view k_index{"\x01"};
constexpr std::string_view k_objects{"\x05"};
constexpr std::string_view k_key_set{"\x07"};  // in the index
constexpr std::string_view k_list_key{"\x02"};
constexpr std::string_view k_md5_key{"\x04"};
constexpr std::string_view k_references_key{"\x12"};
constexpr std::string_view k_count_key{"\x04"};
constexpr std::size_t k_md5_size = 16;
constexpr std::size_t k_stream_line = 8;             // a type and a length
constexpr std::size_t k_longest_name_stream = 8192;  // three strings of 255 units fit well
constexpr std::size_t k_batch = 64U << 10U;
constexpr std::string_view k_unhashed{"GLPH"};

Error bad_object(const std::string& what) {
  return {.kind = ErrorKind::corrupt, .what = "the container object " + what};
}

// The bytes of one stream, piece by piece, whichever of the two shapes it has. The cursor stands
// before its entry or directory, or before things that sort before it.
class StreamWalk {
 public:
  StreamWalk(Cursor& cursor, std::size_t depth, const Stream& stream)
      : cursor_(cursor), depth_(depth), stream_(stream) {}

  Status run(const ByteSink& sink) {
    FMF_TRY_ASSIGN(const Cursor::Event event, find());
    if (event == Cursor::Event::entry) {
      FMF_TRY(take(cursor_.value(), sink));
    } else {
      FMF_TRY(take_pieces(sink));
    }
    if (length_ == stream_.length) return {};
    return fail(bad_object("has a stream that is shorter than it says"));
  }

 private:
  // On to the stream's own entry or directory, past whatever sorts before it.
  Result<Cursor::Event> find() {
    while (true) {
      FMF_TRY_ASSIGN(const Cursor::Event event, cursor_.next());
      const std::size_t depth = cursor_.path().size();
      const bool own = (event == Cursor::Event::entry && depth == depth_) ||
                       (event == Cursor::Event::enter && depth == depth_ + 1);
      if (own && cursor_.key() == stream_.type) return event;
      const bool beyond = own && cursor_.key() > ByteView(stream_.type);
      if (beyond || event == Cursor::Event::end || depth < depth_) {
        return fail(bad_object("lacks a stream that it lists"));
      }
    }
  }

  Status take_pieces(const ByteSink& sink) {
    std::uint32_t pieces = 0;
    while (true) {
      FMF_TRY_ASSIGN(const Cursor::Event event, cursor_.next());
      if (event == Cursor::Event::leave && cursor_.path().size() == depth_) break;
      if (event != Cursor::Event::entry) return fail(bad_object("has a stream of another form"));
      const auto number = number_of(cursor_.key());
      if (!number) return fail(bad_object("has a piece without a number"));
      if (*number == 0) {
        if (cursor_.value().size() != 4 || u32_at(cursor_.value(), 0) != stream_.length) {
          return fail(bad_object("has a stream that is not as long as it says"));
        }
        continue;
      }
      if (*number != ++pieces) return fail(bad_object("lacks a piece"));
      FMF_TRY(take(cursor_.value(), sink));
    }
    return {};
  }

  Status take(ByteView bytes, const ByteSink& sink) {
    length_ += bytes.size();
    if (length_ > stream_.length) {
      return fail(bad_object("has a stream that is longer than it says"));
    }
    return sink(bytes);
  }

  Cursor& cursor_;
  std::size_t depth_;  // of the object's own directory
  const Stream& stream_;
  std::uint64_t length_{0};
};

Status read_list(ByteView list, ContainerObject& object) {
  const std::size_t count = list.size() < 2 ? 0 : u16_at(list, 0);
  if (list.size() != 2 + count * k_stream_line) {
    return fail(bad_object("has a list of streams that does not parse"));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = 2 + i * k_stream_line;
    const Stream stream{.type = std::string(list.substr(at, 4)), .length = u32_at(list, at + 4)};
    const bool ascends = object.streams.empty() || object.streams.back().type <= stream.type;
    const bool differs = !object.streams.empty() && object.streams.back().type == stream.type &&
                         object.streams.back().length != stream.length;
    if (!ascends || differs) return fail(bad_object("has a list of streams out of order"));
    object.streams.push_back(stream);
  }
  return {};
}

Status read_attribute(ByteView key, ByteView value, ContainerObject& object) {
  if (key == k_list_key) return read_list(value, object);
  if (key == k_md5_key) object.md5 = value;
  if (key == k_references_key && value.size() == 4) object.references = u32_at(value, 0);
  return {};
}

// Collects small pieces into larger ones: hashes and stores want fewer calls.
class Batch {
 public:
  explicit Batch(ByteSink sink) : sink_(std::move(sink)) { bytes_.reserve(k_batch); }

  Status add(ByteView bytes) {
    if (bytes_.size() + bytes.size() > k_batch) FMF_TRY(flush());
    bytes_ += bytes;
    return {};
  }

  Status flush() {
    if (bytes_.empty()) return {};
    Status status = sink_(bytes_);
    bytes_.clear();
    return status;
  }

 private:
  ByteSink sink_;
  std::string bytes_;
};

}  // namespace

ObjectStore::ObjectStore(const SectorFile& file, std::uint32_t table)
    : file_(file), table_key_(key_of(table)) {}

Result<ContainerObject> ObjectStore::object(const std::string& key) const {
  ContainerObject object{.key = key};
  Cursor cursor(file_);
  const Path place{table_key_, k_store, k_objects, key};
  FMF_TRY(cursor.seek(place));
  FMF_TRY_ASSIGN(const Cursor::Event first, cursor.next());
  if (first != Cursor::Event::enter || !(cursor.path() == place)) {
    return fail(bad_object("that a value names is not in the file"));
  }
  while (true) {
    FMF_TRY_ASSIGN(const Cursor::Event event, cursor.next());
    // The attributes that matter sort before all streams.
    if (event != Cursor::Event::entry || cursor.key().size() != 1) break;
    FMF_TRY(read_attribute(cursor.key(), cursor.value(), object));
  }
  if (object.md5.size() != k_md5_size) return fail(bad_object("has no MD5"));
  std::string main_type;
  for (const auto& stream : object.streams) {
    if (stream.type == "FNAM") {
      FMF_TRY_ASSIGN(const std::string name, small_stream(key, stream));
      object.file_name = file_name_of_fnam(name).value_or("");
    } else if (stream.type == "MAIN") {
      FMF_TRY_ASSIGN(main_type, small_stream(key, stream));
    }
  }
  choose_main_stream(object, main_type);
  return object;
}

Result<std::string> ObjectStore::small_stream(const std::string& key, const Stream& stream) const {
  if (stream.length > k_longest_name_stream) return fail(bad_object("has an endless name"));
  Cursor cursor(file_);
  FMF_TRY(cursor.seek({table_key_, k_store, k_objects, key, stream.type}));
  std::string bytes;
  FMF_TRY(StreamWalk(cursor, 4, stream).run([&bytes](ByteView piece) -> Status {
    bytes += piece;
    return {};
  }));
  return bytes;
}

Status ObjectStore::stream(const ContainerObject& object, const ByteSink& sink) const {
  Hasher md5(HashAlgorithm::md5);
  Cursor cursor(file_);
  const Path place{table_key_, k_store, k_objects, object.key};
  FMF_TRY(cursor.seek(place));
  FMF_TRY_ASSIGN(const Cursor::Event first, cursor.next());
  if (first != Cursor::Event::enter) return fail(bad_object("that a value names is not there"));
  for (std::size_t i = 0; i < object.streams.size(); ++i) {
    const Stream& stream = object.streams[i];
    const bool again = i > 0 && object.streams[i - 1].type == stream.type;
    if (again) FMF_TRY(cursor.seek({table_key_, k_store, k_objects, object.key, stream.type}));
    const bool hashed = stream.type != k_unhashed;
    if (hashed) md5.update(stream.type);
    Batch batch([&](ByteView bytes) -> Status {
      if (hashed) md5.update(bytes);
      if (object.main && *object.main == i) return sink(bytes);
      return {};
    });
    FMF_TRY(StreamWalk(cursor, place.size(), stream).run([&batch](ByteView bytes) {
      return batch.add(bytes);
    }));
    FMF_TRY(batch.flush());
  }
  if (md5.finish() == object.md5) return {};
  return fail(bad_object("does not have the MD5 that FileMaker stored for it: it is damaged"));
}

Status ObjectStore::for_each(
    const std::function<Result<bool>(const ContainerObject&)>& sink) const {
  std::string after;
  while (true) {
    Cursor cursor(file_);
    Path place{table_key_, k_store, k_objects};
    const std::size_t depth = place.size();
    if (!after.empty()) place.push(after);
    FMF_TRY(cursor.seek(place));
    std::string key;
    while (key.empty()) {
      FMF_TRY_ASSIGN(const Cursor::Event event, cursor.next());
      const Path& path = cursor.path();
      const bool inside =
          event != Cursor::Event::end && path.starts_with({table_key_, k_store, k_objects});
      if (!inside) return {};
      if (event == Cursor::Event::enter && path.size() == depth + 1) key = cursor.key();
    }
    FMF_TRY_ASSIGN(const ContainerObject found, object(key));
    FMF_TRY_ASSIGN(const bool go_on, sink(found));
    if (!go_on) return {};
    after = key + '\0';  // the next possible key
  }
}

Status ObjectStore::for_each_key(
    const std::function<Result<bool>(const std::string& key)>& sink) const {
  const Path set{table_key_, k_store, k_index, k_key_set};
  Cursor cursor(file_);
  FMF_TRY(cursor.seek(set));
  while (true) {
    FMF_TRY_ASSIGN(const Cursor::Event event, cursor.next());
    if (event == Cursor::Event::end || !cursor.path().starts_with(set)) return {};
    if (event != Cursor::Event::entry) continue;
    FMF_TRY_ASSIGN(const bool go_on, sink(std::string(cursor.key())));
    if (!go_on) return {};
  }
}

Result<std::int64_t> ObjectStore::count() const {
  FMF_TRY_ASSIGN(const auto index,
                 one_item(file_, {table_key_, k_store}, k_index, [](ByteView key) {
                   return key == k_count_key;
                 }));
  if (!index || index->values.empty()) return 0;
  const std::string& raw = index->values.front().raw;
  if (raw.size() != 4) return fail(ErrorKind::corrupt, "the container store's count is broken");
  return u32_at(raw, 0);
}

}  // namespace fmferry::fmp12
