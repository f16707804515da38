// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>

#include <map>

namespace fmsim::fmp12 {

// Records and objects in memory, for small files.
class MemoryContent : public Content {
 public:
  // In any order. A record with the id of an earlier one replaces it.
  void add(Record record);
  void add(Object object);

  // Deleted records leave their ids behind.
  void set_last_record_id(std::uint32_t id) { last_ = id; }

  [[nodiscard]] std::uint32_t last_record_id() const override;
  void records(const TakeRecord& take) const override;
  void objects(const TakeObject& take) const override;

 private:
  std::map<std::uint32_t, Record> records_;
  std::map<std::uint32_t, Object> objects_;
  std::uint32_t last_{0};
};

}  // namespace fmsim::fmp12
