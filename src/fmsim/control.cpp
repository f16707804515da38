// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/simulator.hpp>

#include <charconv>
#include <chrono>

// The doors that FileMaker does not have: for tests, never for clients.
namespace fmsim {
namespace {

Reply plain(int status, std::string type, std::string body) {
  Reply reply;
  reply.status = status;
  reply.content_type = std::move(type);
  reply.body = std::move(body);
  return reply;
}

Reply json(std::string body) {
  return plain(200, "application/json", body + "\n");
}

Reply problem(int status, const std::string& text) {
  return plain(status, "text/plain", text + "\n");
}

std::uint64_t number_of(const Target& target, const std::string& name) {
  const std::string text = target.parameter(name).value_or("");
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string Simulator::stats_json() {
  const Sessions::Counts sessions = sessions_.counts(std::chrono::steady_clock::now());
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string json = "{";
  append_raw_member(json, "peak_width", number(stats_.width.peak()));
  append_raw_member(json, "peak_downloads", number(stats_.downloads.peak()));
  append_raw_member(json, "width", number(stats_.width.now()));
  append_raw_member(json, "requests", stats_.requests_json(Door::data_api));
  append_raw_member(json, "odata_requests", stats_.requests_json(Door::odata));
  append_raw_member(json, "doors", stats_.doors_json());
  append_raw_member(json, "sessions_open", number(sessions.open));
  append_raw_member(json, "sessions_opened", number(sessions.opened));
  append_raw_member(json, "peak_sessions", number(sessions.peak));
  append_raw_member(json, "bytes_out", number(stats_.bytes_out));
  append_raw_member(json, "downloads_started", number(stats_.downloads_started));
  append_raw_member(json, "downloads_completed", number(stats_.downloads_completed));
  append_raw_member(json, "pushes_completed", number(stats_.pushes_completed));
  append_raw_member(json, "pushed_bytes", number(stats_.pushed_bytes));
  append_raw_member(json, "crashes", number(stats_.crashes));
  append_raw_member(
      json, "down", outage_.is_down(std::chrono::steady_clock::now()) ? "true" : "false");
  append_raw_member(json,
                    "odata_down",
                    odata_outage_.is_down(std::chrono::steady_clock::now()) ? "true" : "false");
  append_raw_member(json, "records", number(records_.count(TableId::images)));
  append_raw_member(json, "patients", number(records_.count(TableId::patients)));
  if (settings_.cloud.on) claris_.append_stats(json);
  append_raw_member(json, "faults", faults_.json());
  return json + "}";
}

Reply Simulator::control(const Call& call, const Target& target) {
  const std::string what = target.segments.size() == 2 ? target.segments[1] : "";
  if (call.method == "GET") {
    if (what == "stats") return json(stats_json());
    std::string lines;
    if (what == "served") {
      for (const Served& served : stats_.served()) {
        lines += '{';
        append_member(lines, "door", name_of(served.door));
        append_member(lines, "recordId", std::to_string(served.record_id));
        append_member(lines, "field", k_container_fields[served.container]);
        append_raw_member(lines, "bytes", std::to_string(served.bytes));
        append_member(lines, "sha256", served.sha256());
        lines += "}\n";
      }
      return plain(200, "application/jsonl", lines);
    }
    if (what == "edits") {
      records_.list_edits([&](const std::string& line) { lines += line; });
      return plain(200, "application/jsonl", lines);
    }
    return problem(404, "GET /_sim/stats, served or edits");
  }
  if (call.method != "POST") return problem(405, "only GET and POST");
  if (what == "faults") {
    const std::string wrong = load_faults(call.body);
    return wrong.empty() ? json(faults_.json()) : problem(400, wrong);
  }
  if (what == "down") {
    const bool odata = target.parameter("door").value_or("") == "odata";
    outage_of(odata ? Door::odata : Door::data_api)
        .crash(std::chrono::seconds(number_of(target, "seconds")),
               std::chrono::steady_clock::now());
    return json("{}");
  }
  if (what == "width") {
    max_width_ = number_of(target, "most");
    return json("{}");
  }
  if (what == "lock") {
    records_.lock(number_of(target, "recordId"), target.parameter("on").value_or("1") != "0");
    return json("{}");
  }
  if (what == "delete") {
    const WriteResult result = records_.remove(TableId::images, number_of(target, "recordId"));
    return result.code == 0 ? json("{}") : problem(404, "no such record, or it is locked");
  }
  if (what == "append") return json("{\"recordId\":\"" + std::to_string(records_.append()) + "\"}");
  if (what == "claris") {
    claris_.throttle(number_of(target, "throttle"));
    if (number_of(target, "expire") != 0) claris_.expire_tokens();
    if (number_of(target, "revoke") != 0) claris_.revoke_refresh();
    return json("{}");
  }
  if (what == "reset-stats") {
    stats_.reset();
    sessions_.reset_peak();
    return json("{}");
  }
  return problem(404,
                 "POST /_sim/faults, down, width, lock, delete, append, claris or reset-stats");
}

}  // namespace fmsim
