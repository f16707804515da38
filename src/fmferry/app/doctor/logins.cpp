// SPDX-License-Identifier: Apache-2.0
//
// Each way into the server: is it there, does it let the account in, and with which privilege.
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/app/source_doors.hpp>
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/odata/answer.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::doctor {
namespace {

constexpr int k_ok = 200;
constexpr int k_unauthorized = 401;
constexpr int k_not_found = 404;
constexpr std::string_view k_no_odbc_at_cloud = "FileMaker Cloud offers no ODBC";

Finding check_password(Examination& examination) {
  auto account = open_account(examination.config, examination.clock);
  if (!account) {
    return fails(account.error(), "set what [source] password names, and run this again");
  }
  examination.account = std::move(*account);
  return works("there");
}

// "FileMaker Data API Engine 19.6": some versions tell theirs.
std::string engine_of(const std::string& body) {
  boost::json::error_code error;
  const auto value = boost::json::parse(body, error);
  const auto* info = error ? nullptr : value.find_pointer("/response/productInfo", error);
  const auto* object = info == nullptr ? nullptr : info->if_object();
  if (object == nullptr) return {};
  std::string engine;
  for (const char* member : {"name", "version"}) {
    const auto* text = object->if_contains(member);
    if (text == nullptr || !text->is_string()) continue;
    engine += (engine.empty() ? "" : " ") + std::string(text->get_string());
  }
  return engine;
}

Error unexpected(int status) {
  Error error{.kind = status >= 500 ? ErrorKind::unavailable : ErrorKind::invalid,
              .what = "HTTP " + std::to_string(status),
              .origin_code = status};
  if (status == k_not_found) error.what = "switched off, or not on this server (HTTP 404)";
  return error;
}

Finding broken(Examination& examination, const Error& error, const DoorCase& door) {
  note(examination, error, door.weight);
  return fails(error, advice_for(error, door.door));
}

Finding check_data_api(Examination& examination, const DoorCase& door) {
  const auto& answer = *examination.greeting->answer;
  if (answer.status != k_ok) return broken(examination, unexpected(answer.status), door);
  const std::string engine = engine_of(answer.body);
  if (!engine.empty()) return works(engine);
  return broken(examination,
                {.kind = ErrorKind::invalid,
                 .what = "something other than FileMaker's engine answered",
                 .origin_code = k_not_found},
                door);
}

// Without an account: 401 is what an engine says that is there.
Finding check_odata(Examination& examination, const DoorCase& door, const CallContext& context) {
  const SourceConfig& source = examination.config.source;
  const HttpClient http(
      {.ca_file = examination.config.beside(source.ca), .insecure = source.insecure});
  const auto server = filemaker::server_of(source.server);
  if (!server) return broken(examination, server.error(), door);
  const auto answer = http.send(
      {.url = server->origin() + "/fmi/odata/v4/" + percent_encode(source.database) + "/$metadata"},
      context);
  if (!answer) return broken(examination, answer.error(), door);
  if (answer->status == k_unauthorized) return works("asks for an account, as it should");
  if (answer->status == k_ok) return works("answers");
  const bool is_off = answer->status == k_not_found;
  return broken(
      examination, is_off ? unexpected(answer->status) : odata::answer_error(*answer), door);
}

bool is_cloud(const Examination& examination) {
  return takes_claris_ids(examination.config.source);
}

// That the driver manager can be loaded; the driver itself is only tried by logging in.
Finding check_odbc(Examination& examination, DoorCase& odbc) {
  if (is_cloud(examination)) {
    return broken(
        examination, {.kind = ErrorKind::invalid, .what = std::string(k_no_odbc_at_cloud)}, odbc);
  }
  if (odbc.weight == Weight::not_asked) return skipped("not asked for");
  auto opened = open_door(Door::odbc, examination.config, *examination.account, examination.clock);
  if (!opened) return broken(examination, opened.error(), odbc);
  odbc.source = std::move(*opened);
  return works("the driver manager is there");
}

Finding check_door(Examination& examination, DoorCase& door, const CallContext& context) {
  switch (door.door) {
    case Door::data_api:
      return check_data_api(examination, door);
    case Door::odata:
      return check_odata(examination, door, context);
    case Door::odbc:
      return check_odbc(examination, door);
  }
  return {};
}

// Each door is tried once: repeated tries would lock the account.
Finding check_login(Examination& examination, DoorCase& door, const CallContext& context) {
  if (door.source == nullptr) {
    auto opened = open_door(door.door, examination.config, *examination.account, examination.clock);
    if (!opened) return broken(examination, opened.error(), door);
    door.source = std::move(*opened);
  }
  door.login = door.source->log_in(context);
  if (!*door.login) return broken(examination, door.login->error(), door);
  if (door.door == Door::odbc) {
    return works("let in; user and password go with every connection string (UID, PWD)");
  }
  return works("let in");
}

const DoorCase* another_that_lets_in(const Examination& examination, Door refusing) {
  const auto found = std::ranges::find_if(examination.doors, [refusing](const DoorCase& each) {
    return each.door != refusing && each.login && each.login->has_value();
  });
  return found == examination.doors.end() ? nullptr : &*found;
}

// FileMaker refuses a wrong password and a missing privilege in the same words. What tells them
// apart is whether another door takes the same account.
Finding check_privilege(const Examination& examination, const DoorCase& door) {
  const std::string privilege(privilege_of(door.door));
  if (!door.login) return skipped("the login was not tried");
  if (*door.login) return works("the account has it");
  const Error& error = door.login->error();
  if (!refuses_account(error)) return skipped("the login failed for another reason");
  const DoorCase* other = another_that_lets_in(examination, door.door);
  if (other == nullptr)
    return skipped("can't be told from a wrong password, as no way in lets us in");
  return fails(
      {.kind = ErrorKind::denied,
       .what = "missing: the same user and password are taken over " + title_of(other->door)},
      "in the file, Manage > Security: edit the account's privilege set, and tick the "
      "extended privilege " +
          privilege);
}

// TLS is skipped, not proven, where there is none.
std::string needed_by(const Examination& examination, Door door) {
  if (door == Door::odbc) return "password";
  return examination.config.source.server.starts_with("http://") ? "connection" : "certificate";
}

}  // namespace

void add_login_checks(Examination& examination, std::vector<Check>& checks) {
  checks.push_back({.name = "password", .run = [&examination](const CallContext&) {
                      return check_password(examination);
                    }});
  for (auto& door : examination.doors) {
    const std::string title = title_of(door.door);
    checks.push_back({.name = title,
                      .needs = {needed_by(examination, door.door)},
                      .weight = door.weight,
                      .run = [&examination, &door](const CallContext& context) {
                        return check_door(examination, door, context);
                      }});
    checks.push_back({.name = title + " login",
                      .needs = {title, "password"},
                      .weight = door.weight,
                      .run = [&examination, &door](const CallContext& context) {
                        return check_login(examination, door, context);
                      }});
  }
  for (auto& door : examination.doors) {
    checks.push_back({.name = "privilege " + std::string(privilege_of(door.door)),
                      .needs = {title_of(door.door), "password"},
                      .weight = door.weight,
                      .run = [&examination, &door](const CallContext&) {
                        return check_privilege(examination, door);
                      }});
  }
}

}  // namespace fmferry::doctor
