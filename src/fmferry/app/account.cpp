// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/account.hpp>
#include <fmferry/app/terminal.hpp>
#include <fmferry/filemaker/clarisid/claris_id.hpp>
#include <fmferry/net/http.hpp>

namespace fmferry {
namespace {

Result<Secret> ask_for_code(const std::string& question) {
  if (can_ask()) return ask_secret(question, "code");
  return fail(
      ErrorKind::denied,
      "the Claris ID has a second factor, and nobody can be asked for its code: run once on "
      "a terminal with [source] refresh_token_file set, or use an account without one");
}

ClarisIdOptions claris_id_options(const Config& config, const Secret& password) {
  const SourceConfig& source = config.source;
  ClarisIdOptions options{.user = source.user,
                          .password = password,
                          .sign_in_url = source.sign_in_url,
                          .ca_file = config.beside(source.ca),
                          .insecure = source.insecure,
                          .refresh_token_file = source.refresh_token_file,
                          .ask = ask_for_code};
  if (!source.user_pool_url.empty()) options.pool_url = source.user_pool_url;
  return options;
}

}  // namespace

Result<Account> open_account(const Config& config, std::shared_ptr<Clock> clock) {
  Account account;
  FMF_TRY_ASSIGN(account.password, resolve_secret(config.source.password, config.folder));
  if (!takes_claris_ids(config.source)) {
    account.authorization = basic_authorization(config.source.user, account.password);
    return account;
  }
  FMF_TRY_ASSIGN(
      account.authorization,
      claris_id_authorization(claris_id_options(config, account.password), std::move(clock)));
  return account;
}

bool takes_claris_ids(const SourceConfig& source) {
  if (source.account != AccountKind::by_host) return source.account == AccountKind::claris_id;
  const bool has_scheme = source.server.find("://") != std::string::npos;
  const auto url = parse_url(has_scheme ? source.server : "https://" + source.server);
  return url && is_filemaker_cloud(url->host);
}

}  // namespace fmferry
