// SPDX-License-Identifier: Apache-2.0
#include "radosgw.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <sstream>

namespace fmferry::s3 {
namespace {

std::string script() {
  return std::string(FMF_SOURCE_DIR) + "/scripts/start-radosgw";
}

// Several runs of the binary at once each have a server of their own.
std::string folder() {
  return std::string(FMF_S3_RUN_DIR) + "." + std::to_string(::getpid());
}

class StopAtTheEnd final : public testing::Environment {
 public:
  void TearDown() override {
    static_cast<void>(run({script(), "stop", folder()}));
    static_cast<void>(run({"rm", "-rf", folder()}));
  }
};

Radosgw started() {
  testing::AddGlobalTestEnvironment(new StopAtTheEnd);  // gtest owns it
  const CommandResult answer = run({script(), "start", folder()});
  if (answer.status != 0) {
    ADD_FAILURE() << "no S3 server: " << answer.output;
    return {};
  }
  std::map<std::string, std::string> values;
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return {.endpoint = values["S3_ENDPOINT"],
          .tls_endpoint = values["S3_TLS_ENDPOINT"],
          .ca_file = values["S3_CA_FILE"],
          .port = values["S3_PORT"],
          .region = values["S3_REGION"],
          .access_key_id = values["S3_ACCESS_KEY_ID"],
          .secret_access_key = values["S3_SECRET_ACCESS_KEY"]};
}

}  // namespace

CommandResult run(const std::vector<std::string>& arguments) {
  std::vector<char*> raw;
  std::vector<std::string> copy = arguments;
  for (auto& argument : copy) raw.push_back(argument.data());
  raw.push_back(nullptr);
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execvp(raw[0], raw.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  CommandResult result;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    result.output.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

const Radosgw& radosgw() {
  static const Radosgw server = started();
  return server;
}

std::shared_ptr<CredentialsProvider> Radosgw::credentials() const {
  return std::make_shared<StaticCredentials>(AwsCredentials{
      .access_key_id = access_key_id, .secret_access_key = Secret(secret_access_key)});
}

S3Options Radosgw::options(const std::string& bucket) const {
  return {.bucket = bucket, .region = region, .endpoint = endpoint};
}

CommandResult signed_curl(const std::vector<std::string>& arguments) {
  const Radosgw& server = radosgw();
  std::vector<std::string> command{"curl",
                                   "--silent",
                                   "--show-error",
                                   "--fail-with-body",
                                   "--aws-sigv4",
                                   "aws:amz:" + server.region + ":s3",
                                   "--user",
                                   server.access_key_id + ":" + server.secret_access_key,
                                   "--header",
                                   "x-amz-content-sha256: UNSIGNED-PAYLOAD"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(command);
}

std::string new_bucket() {
  static std::atomic<int> last{0};
  const std::string name = "bucket-" + std::to_string(++last);
  const auto made = signed_curl({"--request", "PUT", radosgw().endpoint + "/" + name});
  EXPECT_EQ(made.status, 0) << made.output;
  return name;
}

void turn_versioning_on(const std::string& bucket) {
  const auto done =
      signed_curl({"--request",
                   "PUT",
                   "--header",
                   "Content-Type: application/xml",
                   "--data-raw",
                   "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
                   radosgw().endpoint + "/" + bucket + "?versioning="});
  EXPECT_EQ(done.status, 0) << done.output;
}

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

std::unique_ptr<ObjectStore> probed(const S3Options& options) {
  auto store = open_s3_object_store(options, radosgw().credentials(), system_clock());
  if (!store) {
    ADD_FAILURE() << to_line(store.error());
    return nullptr;
  }
  const Status status = (*store)->probe({});
  if (!status) {
    ADD_FAILURE() << to_line(status.error());
    return nullptr;
  }
  return std::move(*store);
}

}  // namespace fmferry::s3
