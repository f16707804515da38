// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/filemaker/dataapi/options.hpp>
#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

namespace fmferry::dataapi {

// The addresses of one layout, every segment percent-encoded.
class Endpoint {
 public:
  // `invalid` for what can't be an address; `denied` for one that would carry the password or the
  // images unprotected.
  static Result<Endpoint> make(const DataApiOptions& options);

  [[nodiscard]] const Url& server() const { return server_; }

  [[nodiscard]] std::string sessions() const;
  [[nodiscard]] std::string session(const std::string& token) const;
  [[nodiscard]] std::string layouts() const;
  [[nodiscard]] std::string layout() const;
  [[nodiscard]] std::string records(std::int64_t offset, int limit) const;
  [[nodiscard]] std::string record(RecordId record_id) const;  // for writing
  [[nodiscard]] std::string find() const;
  [[nodiscard]] std::string script(const std::string& name, const std::string& parameter) const;
  [[nodiscard]] std::string record_now(RecordId record_id) const;  // for reading, no portals

 private:
  Url server_{};
  std::string database_{};  // https://host/fmi/data/v/databases/D
  std::string layout_{};    // .../layouts/L
};

}  // namespace fmferry::dataapi
