// SPDX-License-Identifier: Apache-2.0
#include <fmferry/postgres/connection.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace fmferry::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

struct FreeText {
  void operator()(char* text) const { PQfreemem(text); }
};

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')));
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

Result<Parameters> taken_apart(const std::string& url) {
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfoParse(url.c_str(), &why));
  const std::unique_ptr<char, FreeText> freed(why);
  if (!options) {
    // libpq repeats the URL, which may hold what nobody should read.
    return fail(ErrorKind::invalid,
                "[catalogue] postgres is no address that PostgreSQL's library reads: write "
                "\"postgresql://user@host/database\"");
  }
  Parameters parameters;
  for (const PQconninfoOption* at = options.get(); at->keyword != nullptr; ++at) {
    if (at->val != nullptr && *at->val != '\0') parameters.emplace_back(at->keyword, at->val);
  }
  return parameters;
}

std::string value_of(const Parameters& parameters, std::string_view keyword) {
  const auto found = std::ranges::find(parameters, keyword, &Parameters::value_type::first);
  return found == parameters.end() ? std::string() : found->second;
}

bool is_here(const Parameters& parameters) {
  std::string host = value_of(parameters, "host");
  const std::string address = value_of(parameters, "hostaddr");
  if (!address.empty()) host = address;
  return host.empty() || host.starts_with('/') || host == "localhost" || host == "::1" ||
         host.starts_with("127.");
}

std::string system_certificates() {
  constexpr std::array k_bundles{"/etc/ssl/certs/ca-certificates.crt",
                                 "/etc/ssl/cert.pem",
                                 "/etc/pki/tls/certs/ca-bundle.crt",
                                 "/opt/homebrew/etc/ca-certificates/cert.pem",
                                 "/usr/local/etc/ca-certificates/cert.pem"};
  std::error_code ignored;
  const auto* const found = std::ranges::find_if(
      k_bundles, [&](const char* file) { return std::filesystem::exists(file, ignored); });
  return found == k_bundles.end() ? "" : *found;
}

Status add_tls(Parameters& parameters, const std::string& ca_file) {
  const std::string mode = value_of(parameters, "sslmode");
  if (!mode.empty() && mode != "verify-full" && mode != "verify-ca") {
    return fail(ErrorKind::invalid,
                "[catalogue] postgres asks for sslmode=" + mode +
                    ", which does not prove who the server is: leave it out, and name its "
                    "certificate's authority in [catalogue] ca if it is not a public one");
  }
  if (mode.empty()) parameters.emplace_back("sslmode", "verify-full");
  if (!value_of(parameters, "sslrootcert").empty()) return {};
  const std::string bundle = ca_file.empty() ? system_certificates() : ca_file;
  if (!bundle.empty()) parameters.emplace_back("sslrootcert", bundle);
  return {};
}

ErrorKind kind_of_state(std::string_view state) {
  if (state == "23505") return ErrorKind::conflict;
  if (state == "40001" || state == "40P01" || state == "55P03") return ErrorKind::busy;
  if (state == "42501" || state == "25006") return ErrorKind::denied;
  const std::string_view kind = state.substr(0, 2);
  if (kind == "28") return ErrorKind::denied;
  if (kind == "08" || kind == "53" || kind == "57") return ErrorKind::unavailable;
  if (kind == "22") return ErrorKind::corrupt;
  return ErrorKind::invalid;
}

}  // namespace

Result<Parameters> safe_parameters(const PostgresOptions& options) {
  FMF_TRY_ASSIGN(Parameters parameters, taken_apart(options.url));
  if (!value_of(parameters, "password").empty()) {
    return fail(ErrorKind::invalid,
                "[catalogue] postgres holds a password: take it out, and say in [catalogue] "
                "password where it is, as \"env:NAME\" or \"file:PATH\"");
  }
  if (options.password) parameters.emplace_back("password", options.password->reveal());
  if (!is_here(parameters)) FMF_TRY(add_tls(parameters, options.ca_file));
  parameters.emplace_back("fallback_application_name", "fmferry");
  if (value_of(parameters, "connect_timeout").empty()) {
    parameters.emplace_back("connect_timeout", "20");
  }
  return parameters;
}

Error error_of(PGconn* connection, const PGresult* answer, bool committing) {
  const auto field = [answer](int code) -> std::string_view {
    const char* text = answer == nullptr ? nullptr : PQresultErrorField(answer, code);
    return text == nullptr ? std::string_view() : std::string_view(text);
  };
  const std::string_view state = field(PG_DIAG_SQLSTATE);
  if (state.empty()) {
    const bool lost = PQstatus(connection) == CONNECTION_BAD;
    const ErrorKind kind = lost && committing ? ErrorKind::in_doubt : ErrorKind::unavailable;
    return {.kind = kind, .what = "PostgreSQL: " + one_line(PQerrorMessage(connection))};
  }
  const ErrorKind kind = kind_of_state(state);
  std::string what = "PostgreSQL: ";
  // Words about a value repeat it.
  what += kind == ErrorKind::corrupt ? "a value does not fit its column"
                                     : one_line(field(PG_DIAG_MESSAGE_PRIMARY));
  return {.kind = kind, .what = what + " (SQLSTATE " + std::string(state) + ")"};
}

Status prepare_session(PGconn* connection) {
  const Answer answer(
      PQexec(connection,
             "SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET client_encoding = 'UTF8'; SET "
             "lock_timeout = '10s'; SET standard_conforming_strings = on"));
  if (PQresultStatus(answer.get()) == PGRES_COMMAND_OK) return {};
  return fail(error_of(connection, answer.get(), false));
}

Result<Connection> connect(const Parameters& parameters) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  Connection connection(PQconnectdbParams(names.data(), values.data(), 0));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    Error error = error_of(connection.get(), nullptr, false);
    // A refused login has no SQLSTATE here.
    if (PQconnectionNeedsPassword(connection.get()) != 0 ||
        PQconnectionUsedPassword(connection.get()) != 0) {
      error.kind = ErrorKind::denied;
    }
    return fail(std::move(error));
  }
  // Notices would go to stderr, and may have values of rows in them.
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  FMF_TRY(prepare_session(connection.get()));
  return connection;
}

}  // namespace fmferry::postgres
