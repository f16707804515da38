// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/plan_report.hpp>

#include <boost/json.hpp>

#include <cmath>

namespace fmferry {
namespace {

namespace json = boost::json;

json::value whole(const std::optional<double>& number) {
  if (!number) return nullptr;
  return std::llround(*number);
}

json::value or_null(const std::optional<double>& number) {
  if (!number) return nullptr;
  return *number;
}

json::object bytes_of(const Estimate& estimate, bool exact) {
  return {{"estimate", std::llround(estimate.total)},
          {"low", whole(estimate.low)},
          {"high", whole(estimate.high)},
          {"exact", exact}};
}

json::object to_move_of(const Forecast& forecast) {
  json::object containers;
  for (const auto& [choice, part] : forecast.parts) {
    containers[choice] = json::object{{"records", part.records},
                                      {"sampled", part.measured},
                                      {"bytes", bytes_of(part.bytes, part.told == part.records)}};
  }
  return {{"records", forecast.to_move},
          {"bytes", bytes_of(forecast.bytes, forecast.exact)},
          {"containers", std::move(containers)}};
}

json::array collisions_of(const Forecast& forecast) {
  json::array groups;
  for (const auto& group : forecast.collisions)
    groups.push_back(json::array(group.begin(), group.end()));
  return groups;
}

json::object refused_of(const Forecast& forecast) {
  json::object reasons;
  for (const auto& [name, number] : refusals_in(forecast)) reasons[name] = number;
  return {{"records", refused_in(forecast)}, {"reasons", std::move(reasons)}};
}

json::object time_of(const Forecast& forecast) {
  const bool measured = forecast.sample.records > 0;
  const auto in = [measured](std::optional<double> seconds) {
    return measured ? or_null(seconds) : json::value(nullptr);
  };
  return {{"seconds", in(forecast.seconds.total)},
          {"low", in(forecast.seconds.low)},
          {"high", in(forecast.seconds.high)}};
}

json::object sample_of(const PlanReport& report) {
  const auto& sample = report.forecast.sample;
  return {{"records", sample.records},
          {"failed", sample.failed},
          {"bytes", sample.bytes},
          {"seconds", sample.elapsed.count()},
          {"pace", report.pace}};
}

json::object allowance_of(const PlanReport& report) {
  json::object object{{"counts", report.metered}};
  if (!report.metered || report.allowance == 0) return object;
  const AllowanceShare share = share_of(report);
  object["bytes"] = report.allowance;
  object["read_before"] = report.counted_before;
  object["share"] = share.share;
  object["low"] = or_null(share.low);
  object["high"] = or_null(share.high);
  object["fits"] = share.fits;
  return object;
}

}  // namespace

std::string plan_json(const PlanReport& report) {
  const Forecast& forecast = report.forecast;
  const auto& fates = forecast.counts.fates;
  json::object object;
  object["way_in"] = report.way_in;
  object["source_count"] = forecast.counts.source_count;
  object["to_move"] = to_move_of(forecast);
  object["moved"] =
      json::object{{"records", fates.at(Fate::moved)}, {"bytes", forecast.counts.bytes_moved}};
  for (const Fate fate : {Fate::empty, Fate::duplicate, Fate::corrupt, Fate::quarantined}) {
    object[name_of(fate)] = fates.at(fate);
  }
  object["refused"] = refused_of(forecast);
  object["collisions"] = collisions_of(forecast);
  object["time"] = time_of(forecast);
  object["sample"] = sample_of(report);
  object["allowance"] = allowance_of(report);
  return json::serialize(object);
}

}  // namespace fmferry
