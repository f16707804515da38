// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/container_object.hpp>
#include <fmferry/filemaker/fmp12/sector_file.hpp>
#include <fmferry/ports/sink.hpp>

#include <functional>

namespace fmferry::fmp12 {

// The container objects of one table, in the file's directory TABLE.31. See Database for what each
// call promises.
class ObjectStore {
 public:
  ObjectStore(const SectorFile& file, std::uint32_t table);

  [[nodiscard]] Result<ContainerObject> object(const std::string& key) const;
  Status stream(const ContainerObject& object, const ByteSink& sink) const;
  Status for_each(const std::function<Result<bool>(const ContainerObject&)>& sink) const;
  // The keys of all objects, by the store's own set of them; false ends the walk.
  Status for_each_key(const std::function<Result<bool>(const std::string& key)>& sink) const;
  [[nodiscard]] Result<std::int64_t> count() const;

 private:
  Result<std::string> small_stream(const std::string& key, const Stream& stream) const;

  const SectorFile& file_;
  std::string table_key_;
};

}  // namespace fmferry::fmp12
