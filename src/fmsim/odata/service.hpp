// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/accounts.hpp>
#include <fmsim/odata/entity.hpp>
#include <fmsim/odata/multipart.hpp>
#include <fmsim/odata/path.hpp>
#include <fmsim/records.hpp>
#include <fmsim/route.hpp>
#include <fmsim/scripts.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace fmsim::odata {

// FileMaker OData v4: everything below /fmi/odata, an engine of its own over the records that the
// Data API shows too. Thread-safe.
class Service {
 public:
  // `batched` counts the requests inside batches.
  Service(const ServerSettings& settings,
          const Accounts& accounts,
          Records& records,
          const Scripts& scripts,
          std::atomic<std::uint64_t>& batched);

  // What a request is about, before anybody has been let in.
  [[nodiscard]] Route route(const Call& call) const;

  Reply handle(const Call& call, Accounts::Time now);

 private:
  // One request, or one part of a batch.
  struct Request {
    const Call& call;
    Path path;
    View view;
    std::string root;  // address of the database
    RouteKind kind{RouteKind::unknown};
    const Occurrence* set{nullptr};
    std::optional<std::size_t> container{};  // the property is one
    bool in_batch{false};
  };

  [[nodiscard]] Request read(const Call& call, bool in_batch) const;
  Reply guarded(const Request& request);
  Reply dispatch(const Request& request);
  Reply on_set(const Request& request);
  void check_set(const Request& request) const;
  void check_write(const Request& request) const;
  Reply script(const Request& request);
  [[nodiscard]] const Occurrence* find_set(const Path& path) const;
  [[nodiscard]] EntityWriter writer(const Request& request) const;
  [[nodiscard]] std::optional<std::uint64_t> find_slot(const Request& request) const;
  [[nodiscard]] std::uint64_t slot_of(const Request& request) const;

  // service_read.cpp
  [[nodiscard]] Reply databases(const Request& request) const;
  [[nodiscard]] Reply tables(const Request& request) const;
  [[nodiscard]] Reply list(const Request& request) const;
  [[nodiscard]] Reply count(const Request& request) const;
  [[nodiscard]] Reply entity(const Request& request) const;
  [[nodiscard]] Reply property(const Request& request) const;
  static Reply text_value(const Request& request, const std::string& text);
  [[nodiscard]] Reply container_value(const Request& request, std::uint64_t slot) const;

  // service_write.cpp
  [[nodiscard]] static Problem refused(const ChangesResult& result);
  [[nodiscard]] std::vector<RecordChange> read_changes(const Request& request) const;
  void check_unique(const Request& request, const std::vector<RecordChange>& changes) const;
  Reply write(const Request& request);
  [[nodiscard]] int silent_status(const Request& request) const;
  [[nodiscard]] Reply written(const Request& request, const std::vector<WriteResult>& done) const;
  [[nodiscard]] Reply created(const Request& request, std::uint64_t slot) const;

  // service_batch.cpp
  Reply batch(const Request& request);
  std::string lone_part(const Request& outer, const Part& part, bool& good);
  std::string changeset(const Request& outer, const Part& part, bool& good);
  [[nodiscard]] bool reads_whole_parts() const;

  const ServerSettings& settings_;
  const Accounts& accounts_;
  Records& records_;
  const Scripts& scripts_;
  std::atomic<std::uint64_t>& batched_;
  const Occurrence images_;
  const Occurrence patients_;
};

}  // namespace fmsim::odata
