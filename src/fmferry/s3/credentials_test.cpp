// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/s3/credentials.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

namespace fmferry::s3 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class SetClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override {
    return std::chrono::steady_clock::time_point(passed_.load());
  }

  std::chrono::system_clock::time_point wall() override { return wall_.load(); }

  bool sleep_for(std::chrono::milliseconds, const std::stop_token&) override { return true; }

  void pass(std::chrono::seconds span) {
    passed_ = passed_.load() + span;
    set_by(span);
  }

  // Somebody sets the wall clock; no time passes.
  void set_by(std::chrono::seconds span) { wall_ = wall_.load() + span; }

 private:
  std::atomic<std::chrono::seconds> passed_{std::chrono::seconds(0)};
  std::atomic<std::chrono::system_clock::time_point> wall_{
      std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
};

// Hands out keys as a container agent and as an EC2 machine do.
class KeyServer {
 public:
  KeyServer() {
    const auto keys = [this](const httplib::Request& request, httplib::Response& response) {
      ++asked;
      if (is_down) {
        response.status = 500;
        return;
      }
      if (request.get_header_value("Authorization") != authorization) {
        response.status = 403;
        return;
      }
      answer_keys(response);
    };
    server_.Get("/keys", keys);
    server_.Put("/latest/api/token",
                [](const httplib::Request& request, httplib::Response& response) {
                  const bool right = request.has_header("X-aws-ec2-metadata-token-ttl-seconds");
                  response.status = right ? 200 : 400;
                  response.body = "imds-token";
                });
    server_.Get("/latest/meta-data/iam/security-credentials/(.*)",
                [this](const httplib::Request& request, httplib::Response& response) {
                  if (request.get_header_value("X-aws-ec2-metadata-token") != "imds-token") {
                    response.status = 401;
                  } else if (!has_role) {
                    response.status = 404;
                  } else if (request.matches[1] == "") {
                    response.body = "the role\n";
                  } else if (request.matches[1] == "the role") {
                    answer_keys(response);
                  } else {
                    response.status = 404;
                  }
                });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();  // stop() would miss it
  }

  ~KeyServer() { server_.stop(); }

  KeyServer(const KeyServer&) = delete;
  KeyServer& operator=(const KeyServer&) = delete;

  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::atomic<int> asked{0};
  std::atomic<bool> is_down{false};
  std::atomic<bool> has_role{true};
  std::string authorization{};
  std::string expiration{"2026-11-22T01:00:00Z"};

 private:
  void answer_keys(httplib::Response& response) {
    response.set_content(R"({"Code":"Success","AccessKeyId":"ASIA)" + std::to_string(asked.load()) +
                             R"(","SecretAccessKey":"s","Token":"t","Expiration":")" + expiration +
                             R"("})",
                         "application/json");
  }

  httplib::Server server_;
  int port_{0};
  std::jthread thread_;
};

class AwsCredentialsChain : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("aws-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_ / ".aws");
    variables_["HOME"] = folder_.string();
    variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  }

  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] Environment environment() const {
    return [variables = variables_](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
  }

  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(write_file(folder_ / ".aws" / name, text));
  }

  std::string id_or_error() {
    const auto keys = aws_credentials_chain(environment(), clock_)->get({});
    return keys ? keys->access_key_id
                : std::string(name_of(keys.error().kind)) + ": " + to_line(keys.error());
  }

  fs::path folder_;
  std::map<std::string, std::string> variables_;
  SetClock clock_;
};

TEST_F(AwsCredentialsChain, TakesTheEnvironmentFirst) {
  variables_["AWS_ACCESS_KEY_ID"] = "AKENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "secret";
  variables_["AWS_SESSION_TOKEN"] = "token";
  write("credentials", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=x\n");
  const auto keys = aws_credentials_chain(environment(), clock_)->get({});
  ASSERT_TRUE(keys) << to_line(keys.error());
  EXPECT_EQ(keys->access_key_id, "AKENV");
  EXPECT_EQ(keys->secret_access_key.reveal(), "secret");
  EXPECT_EQ(keys->session_token.reveal(), "token");
}

TEST_F(AwsCredentialsChain, HalfAnEnvironmentIsAnErrorAndNotSkipped) {
  variables_["AWS_ACCESS_KEY_ID"] = "AKENV";
  EXPECT_THAT(id_or_error(), HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
}

TEST_F(AwsCredentialsChain, ReadsTheDefaultProfile) {
  write("credentials",
        "# keys\r\n[default]\r\naws_access_key_id = AKFILE\r\naws_secret_access_key = a/b+c=\r\n");
  const auto keys = aws_credentials_chain(environment(), clock_)->get({});
  ASSERT_TRUE(keys) << to_line(keys.error());
  EXPECT_EQ(keys->access_key_id, "AKFILE");
  EXPECT_EQ(keys->secret_access_key.reveal(), "a/b+c=");
}

TEST_F(AwsCredentialsChain, ReadsTheNamedProfileFromEitherFile) {
  variables_["AWS_PROFILE"] = "clinic";
  write("config",
        "[default]\naws_access_key_id=WRONG\n[profile clinic]\naws_access_key_id=AKCLINIC\n"
        "aws_secret_access_key=x ; a comment\ns3 =\n  max_concurrent_requests = 3\n");
  EXPECT_EQ(id_or_error(), "AKCLINIC");
  write("credentials", "[clinic]\naws_access_key_id=AKBETTER\naws_secret_access_key=x\n");
  EXPECT_EQ(id_or_error(), "AKBETTER");
}

TEST_F(AwsCredentialsChain, ReadsFilesFromWhereTheVariablesSay) {
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "~/elsewhere";
  ASSERT_TRUE(write_file(folder_ / "elsewhere",
                         "[default]\naws_access_key_id=AKELSE\naws_secret_access_key=x\n"));
  EXPECT_EQ(id_or_error(), "AKELSE");
}

TEST_F(AwsCredentialsChain, AMissingProfileIsNamedWithTheFilesLookedAt) {
  variables_["AWS_PROFILE"] = "clinic";
  EXPECT_THAT(
      id_or_error(),
      AllOf(HasSubstr("'clinic'"), HasSubstr(".aws/credentials"), HasSubstr(".aws/config")));
}

TEST_F(AwsCredentialsChain, AProfileThatNeedsAnotherToolSaysSo) {
  write("config", "[default]\nsso_session = x\n");
  EXPECT_THAT(id_or_error(), AllOf(HasSubstr("sso_session"), HasSubstr("export-credentials")));
}

TEST_F(AwsCredentialsChain, NothingAnywhereIsOneLineThatNamesThePlaces) {
  EXPECT_THAT(id_or_error(),
              AllOf(HasSubstr("denied: no AWS credentials"),
                    HasSubstr("AWS_ACCESS_KEY_ID"),
                    HasSubstr(".aws/credentials"),
                    HasSubstr("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
                    HasSubstr("EC2")));
}

TEST_F(AwsCredentialsChain, FilesAreReadAgainAfterAMinute) {
  write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=x\n");
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_EQ(chain->get({})->access_key_id, "AK1");
  write("credentials", "[default]\naws_access_key_id=AK2\naws_secret_access_key=x\n");
  EXPECT_EQ(chain->get({})->access_key_id, "AK1");
  clock_.pass(std::chrono::seconds(61));
  EXPECT_EQ(chain->get({})->access_key_id, "AK2");
}

TEST_F(AwsCredentialsChain, AsksTheContainerWithItsToken) {
  KeyServer server;
  server.authorization = "Basic secret";
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  EXPECT_THAT(id_or_error(), HasSubstr("denied: container credentials"));
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic secret";
  EXPECT_THAT(id_or_error(), testing::StartsWith("ASIA"));
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "wrong";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (folder_ / "token").string();
  ASSERT_TRUE(write_file(folder_ / "token", "Basic secret\n"));
  EXPECT_THAT(id_or_error(), testing::StartsWith("ASIA"));
}

TEST_F(AwsCredentialsChain, RefusesPlainHttpToStrangers) {
  for (const auto* address : {"http://192.0.2.1/keys",
                              "http://example.com/keys",
                              "http://127.evil.example/",
                              "ftp://x/"}) {
    variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = address;
    EXPECT_THAT(id_or_error(), testing::StartsWith("invalid: container credentials")) << address;
  }
}

TEST_F(AwsCredentialsChain, RenewsFiveMinutesBeforeTheEnd) {
  KeyServer server;
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_EQ(chain->get({})->access_key_id, "ASIA1");
  clock_.pass(std::chrono::minutes(54));
  EXPECT_EQ(chain->get({})->access_key_id, "ASIA1");
  clock_.pass(std::chrono::minutes(2));
  EXPECT_EQ(chain->get({})->access_key_id, "ASIA2");
}

TEST_F(AwsCredentialsChain, KeepsTheOldKeysWhileARenewalFailsUntilTheyEnd) {
  KeyServer server;
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_TRUE(chain->get({}));
  server.is_down = true;
  clock_.pass(std::chrono::minutes(56));
  EXPECT_TRUE(chain->get({}));
  clock_.pass(std::chrono::minutes(5));
  const auto ended = chain->get({});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::unavailable);
}

TEST_F(AwsCredentialsChain, FilesAreReadAgainAfterAMinuteThoughTheClockWasSetBack) {
  write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=x\n");
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_EQ(chain->get({})->access_key_id, "AK1");
  write("credentials", "[default]\naws_access_key_id=AK2\naws_secret_access_key=x\n");
  clock_.set_by(-std::chrono::hours(24));
  clock_.pass(std::chrono::seconds(61));
  EXPECT_EQ(chain->get({})->access_key_id, "AK2");
}

TEST_F(AwsCredentialsChain, KeysEndInTimeThoughTheClockWasSetBack) {
  KeyServer server;
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_EQ(chain->get({})->access_key_id, "ASIA1");
  clock_.set_by(-std::chrono::hours(3));
  clock_.pass(std::chrono::minutes(56));
  EXPECT_EQ(chain->get({})->access_key_id, "ASIA2");
}

TEST_F(AwsCredentialsChain, AClockSetForwardOnlyRenewsKeysSooner) {
  KeyServer server;
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  const auto chain = aws_credentials_chain(environment(), clock_);
  ASSERT_EQ(chain->get({})->access_key_id, "ASIA1");
  clock_.set_by(std::chrono::hours(2));
  EXPECT_EQ(chain->get({})->access_key_id, "ASIA2");
  clock_.set_by(-std::chrono::hours(2));
  EXPECT_TRUE(chain->get({}));
}

TEST_F(AwsCredentialsChain, ManyThreadsAskOnce) {
  KeyServer server;
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.origin() + "/keys";
  const auto chain = aws_credentials_chain(environment(), clock_);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_TRUE(chain->get({})); });
  }
  EXPECT_EQ(server.asked, 1);
}

TEST_F(AwsCredentialsChain, AsksInstanceMetadataWithASessionToken) {
  KeyServer server;
  variables_.erase("AWS_EC2_METADATA_DISABLED");
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.origin();
  const auto keys = aws_credentials_chain(environment(), clock_)->get({});
  ASSERT_TRUE(keys) << to_line(keys.error());
  EXPECT_EQ(keys->session_token.reveal(), "t");
  ASSERT_TRUE(keys->expires);
  EXPECT_EQ(to_iso8601(*keys->expires), "2026-11-22T01:00:00Z");
  server.has_role = false;
  EXPECT_THAT(id_or_error(), AllOf(HasSubstr("no AWS credentials"), HasSubstr("has no role")));
}

TEST_F(AwsCredentialsChain, SettingsComeFromVariablesThenFromTheProfile) {
  write("config",
        "[default]\nregion = eu-west-1\nendpoint_url = https://s3.clinic.example\n"
        "ca_bundle = /etc/clinic.pem\n");
  auto settings = aws_settings(environment());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->ca_bundle, "/etc/clinic.pem");
  EXPECT_EQ(settings->region, "eu-west-1");
  EXPECT_EQ(settings->endpoint_url, "https://s3.clinic.example");
  variables_["AWS_DEFAULT_REGION"] = "ap-southeast-2";
  variables_["AWS_ENDPOINT_URL_S3"] = "https://other.example";
  variables_["AWS_CA_BUNDLE"] = "other.pem";
  settings = aws_settings(environment());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->region, "ap-southeast-2");
  EXPECT_EQ(settings->endpoint_url, "https://other.example");
  EXPECT_EQ(settings->ca_bundle, "other.pem");
}

}  // namespace
}  // namespace fmferry::s3
