// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/digest.hpp>
#include <fmsim/simulator.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace fmsim::odata {

// The whole engine without sockets. Settings may be changed between requests, but for those of a
// crash and for names, which are read when it starts.
class ODataTest : public testing::Test {
 protected:
  static std::string header(const Reply& reply, const std::string& name) {
    for (const auto& [each, value] : reply.headers) {
      if (each == name) return value;
    }
    return {};
  }

  [[nodiscard]] static Call request(const std::string& method,
                                    const std::string& path,
                                    const std::string& body = "") {
    Call call;
    call.method = method;
    call.target = path.starts_with("/_sim") || path.starts_with("/fmi")
                      ? path
                      : "/fmi/odata/v4/Clinic" + path;
    call.host = "sim.test";
    call.accept = "application/json";
    call.content_type = body.empty() ? "" : "application/json";
    call.body = body;
    call.authorization = "Basic " + base64("api:made-up-only");
    return call;
  }

  Reply ask(const std::string& method, const std::string& path, const std::string& body = "") {
    return simulator_.answer(request(method, path, body));
  }

  Reply get(const std::string& path) { return ask("GET", path); }

  static nlohmann::json json(const Reply& reply) {
    return nlohmann::json::parse(reply.body, nullptr, false);
  }

  nlohmann::json rows(const std::string& path) { return json(get(path))["value"]; }

  static std::string code(const Reply& reply) {
    const auto body = json(reply);
    if (!body.is_object() || !body.contains("error")) return "no error: " + reply.body;
    return body["error"]["code"].get<std::string>();
  }

  nlohmann::json stats() { return json(ask("GET", "/_sim/stats")); }

  // The address of a record by its key.
  std::string keyed(std::uint64_t slot) const { return "/API_Images('" + clinic_.id(slot) + "')"; }

  std::string by_row_id(std::uint64_t slot) const {
    return "/API_Images(ROWID=" + std::to_string(clinic_.record_id(slot)) + ")";
  }

  // The first record whose container `field` is as asked for.
  std::uint64_t slot_where(std::size_t field, Filling filling) const {
    for (std::uint64_t slot = 0; slot < clinic_.records(); ++slot) {
      if (clinic_.containers(slot)[field].filling == filling) return slot;
    }
    return clinic_.records();
  }

  Pool pool_ = Pool::made();
  Clinic clinic_{1, 300, pool_};
  Journal journal_;
  ServerSettings settings_;
  Simulator simulator_{settings_, clinic_, journal_};
};

}  // namespace fmsim::odata
