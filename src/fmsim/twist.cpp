// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/odata/answer.hpp>
#include <fmsim/twist.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fmsim {
namespace {

std::size_t at_share(const Reply& reply, double share) {
  return static_cast<std::size_t>(static_cast<double>(reply.size()) * share);
}

void retag(Reply& reply) {
  for (auto& [name, value] : reply.headers) {
    if (name == "ETag") value = entity_tag(reply.body);
  }
}

// Puts raw control characters into the first text of the body that has one.
void add_control_characters(Reply& reply) {
  const std::size_t at = reply.body.find("\"category\":\"");
  const std::size_t any = at == std::string::npos ? reply.body.find(":\"") : at + 10;
  if (any == std::string::npos) return;
  reply.body.insert(any + 2, "\x01\x0B\n");
  retag(reply);
}

// The rows of a page, at either door; null when it is none.
nlohmann::ordered_json* rows_of(nlohmann::ordered_json& page) {
  if (page.contains("value") && page["value"].is_array()) return &page["value"];
  if (!page.contains("response") || !page["response"].contains("data")) return nullptr;
  return &page["response"]["data"];
}

// The page's last record gets the first one's solution id.
void duplicate_id(Reply& reply) {
  auto json = nlohmann::ordered_json::parse(reply.body, nullptr, false);
  if (!json.is_object()) return;
  auto* rows = rows_of(json);
  if (rows == nullptr || rows->size() < 2) return;
  const auto fields = [](nlohmann::ordered_json& row) -> nlohmann::ordered_json& {
    return row.contains("fieldData") ? row["fieldData"] : row;
  };
  if (!fields(rows->front()).contains("id")) return;
  fields(rows->back())["id"] = fields(rows->front())["id"];
  reply.body = json.dump();
  retag(reply);
}

}  // namespace

Reply reply_of(const Fault& fault, Door door) {
  if (fault.error_code != 0 && door == Door::odata) {
    odata::Problem problem = odata::filemaker_problem(fault.error_code);
    problem.http_status = fault.status;
    return odata::problem_answer({}, problem);
  }
  if (fault.error_code != 0)
    return refuse(fault.status, fault.error_code, message_of(fault.error_code));
  return fault.status == 200 ? login_page() : web_page(fault.status);
}

void disturb_reply(Reply& reply, const Fault& fault) {
  switch (fault.action) {
    case FaultAction::cut:
      reply.delivery.cut_at = at_share(reply, fault.share);
      reply.delivery.announce_length = !fault.without_length;
      return;
    case FaultAction::flip:
      if (reply.size() > 0) {
        reply.delivery.flip_at = std::min(at_share(reply, fault.share), reply.size() - 1);
      }
      return;
    case FaultAction::rate:
      reply.delivery.bytes_a_second = fault.number;
      return;
    case FaultAction::drop_reply:
      reply.delivery.no_answer = true;
      return;
    case FaultAction::content_type:
      reply.content_type = fault.text;
      return;
    case FaultAction::control_characters:
      add_control_characters(reply);
      return;
    case FaultAction::duplicate_ids:
      duplicate_id(reply);
      return;
    case FaultAction::reply:
    case FaultAction::delay:
    case FaultAction::hang:
    case FaultAction::drop_connection:
    case FaultAction::expire_sessions:
    case FaultAction::stale_url:
    case FaultAction::drop_cookie:
    case FaultAction::delete_record:
    case FaultAction::delete_position:
    case FaultAction::append_record:
    case FaultAction::lock_record:
    case FaultAction::location:
    case FaultAction::data_limit:
    case FaultAction::crash:
      return;
  }
}

}  // namespace fmsim
