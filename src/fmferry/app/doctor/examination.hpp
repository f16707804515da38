// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/account.hpp>
#include <fmferry/app/doctor/check.hpp>
#include <fmferry/app/door_choice.hpp>
#include <fmferry/net/http.hpp>
#include <fmferry/ports/described_source.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::doctor {

// What is known of one way into the server.
struct DoorCase {
  Door door{Door::data_api};
  Weight weight{Weight::not_asked};
  std::unique_ptr<DescribedSource> source{};
  std::optional<Status> login{};  // none: not tried
  std::vector<FieldFacts> fields{};
  int well{0};  // of the three checks of its fields
};

inline constexpr int k_field_checks = 3;

// An answer of the server's that needed no account.
struct Greeting {
  Result<HttpResponse> answer{};
  std::chrono::system_clock::time_point at{};
};

// One container, as it was read.
struct Sample {
  RecordId record_id{0};
  std::int64_t length{0};
  std::int64_t found_count{0};  // records of the table
};

// What the checks of one run tell each other.
struct Examination {
  explicit Examination(const Config& settings) : config(settings) {}

  const Config& config;
  std::shared_ptr<Clock> clock{std::make_shared<SystemClock>()};
  std::optional<Account> account{};
  std::optional<Greeting> greeting{};
  std::vector<DoorCase> doors{};  // in the order of preference
  std::optional<DoorChoice> choice{};
  std::optional<DoorChoice> recommended{};
  std::optional<Sample> sample{};
  std::optional<Error> first_error{};  // of a way in that was asked for
  bool limit_reached{false};           // the yearly data allowance
};

// "Data API", "OData", "ODBC": as checks are named.
[[nodiscard]] std::string title_of(Door door);

// Keeps what other checks may want to know of an error on a way in of that weight.
void note(Examination& examination, const Error& error, Weight weight);

// Each adds its checks to the list. They refer to the examination.
void add_reach_checks(Examination& examination, std::vector<Check>& checks);
void add_login_checks(Examination& examination, std::vector<Check>& checks);
void add_field_checks(Examination& examination, std::vector<Check>& checks);
void add_way_in_check(Examination& examination, std::vector<Check>& checks);
void add_sample_check(Examination& examination, std::vector<Check>& checks);
void add_write_test(Examination& examination, std::vector<Check>& checks);
void add_file_checks(Examination& examination, std::vector<Check>& checks);
void add_backup_check(Examination& examination, std::vector<Check>& checks);
void add_destination_checks(Examination& examination, std::vector<Check>& checks);
void add_clock_checks(Examination& examination, std::vector<Check>& checks);
void add_allowance_check(Examination& examination, std::vector<Check>& checks);

}  // namespace fmferry::doctor
