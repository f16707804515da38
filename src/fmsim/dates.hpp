// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmsim {

// The request's `dateformats`: 0 US, 1 the file's own (US here), 2 ISO 8601.
enum class DateStyle { us = 0, file = 1, iso = 2 };

// Inside the simulator a date is `YYYY-MM-DD` and a timestamp `YYYY-MM-DD HH:MM:SS`, so that text
// order is time order; "" is an empty field.

// Days since 1970-01-01 as such a date.
std::string date_of_days(std::int64_t days);

// What a client wrote into a date field, in the given style. Nullopt: FileMaker would answer 500.
std::optional<std::string> read_date(std::string_view text, DateStyle style);

// The same for a timestamp field. ISO needs a blank between date and time: a `T` is refused.
std::optional<std::string> read_timestamp(std::string_view text, DateStyle style);

// How FileMaker shows the stored value; ISO timestamps are shown with a `T`.
std::string show_date(std::string_view stored, DateStyle style);
std::string show_timestamp(std::string_view stored, DateStyle style);

// Now by the local clock, as stored.
std::string timestamp_now();
std::string date_today();

}  // namespace fmsim
