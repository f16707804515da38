// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/scripts.hpp>

#include <algorithm>

namespace fmferry::script {
namespace {

Result<Offer> offer_called(std::string_view name) {
  const auto found = std::ranges::find(offers(), name, &Offer::name);
  if (found != offers().end()) return *found;
  std::string known;
  for (const auto& offer : offers()) {
    known += (known.empty() ? "" : ", ") + std::string(offer.name);
  }
  return fail(ErrorKind::invalid,
              "there is no script '" + std::string(name) + "': choose one of " + known);
}

Status check(const Offer& offer, const Solution& solution) {
  const auto missing = [&](const std::string& what) {
    return fail(ErrorKind::invalid, std::string(offer.name) + " needs " + what);
  };
  if (solution.containers.empty()) return missing("[record] containers");
  if (offer.name == "fields") return {};
  if (solution.layout.empty()) return missing("[source] layout");
  if (solution.id_field.empty()) return missing("[record] id: records are found by it");
  if (offer.name == "mark-and-stamp" && solution.mark_field.empty() &&
      solution.stamp_field.empty()) {
    return missing("[record] mark or stamp");
  }
  if (offer.name != "cloud-manipulator") return {};
  if (solution.mark_field.empty() || solution.stamp_field.empty()) {
    return missing("[record] mark and stamp");
  }
  if (solution.bucket.empty()) return missing("[store] url of the form s3://bucket/prefix");
  if (solution.global_container.find("::") == std::string::npos) {
    return missing("--global Occurrence::field, a container field with global storage");
  }
  return {};
}

}  // namespace

const std::vector<Offer>& offers() {
  static const std::vector<Offer> k_offers{
      {"uploader",
       "fmferry uploader",
       "uploads containers from inside FileMaker to presigned URLs"},
      {"mark-and-stamp",
       "fmferry mark and stamp",
       "writes hundreds of marks and stamps in one call"},
      {"cloud-manipulator",
       "fmferry export by Cloud Manipulator",
       "exports with Productive Computing's plug-in, without fmferry"},
      {"fields", "", "calculation fields with each container's MD5, length, name and size"},
  };
  return k_offers;
}

Result<std::string> make(std::string_view name, const Solution& solution, bool bare) {
  FMF_TRY_ASSIGN(const Offer offer, offer_called(name));
  FMF_TRY(check(offer, solution));
  const std::string script(bare ? "" : offer.script);
  if (name == "uploader") return uploader(solution, script);
  if (name == "mark-and-stamp") return mark_and_stamp(solution, script);
  if (name == "cloud-manipulator") return cloud_manipulator(solution, script);
  return calculation_fields(solution);
}

}  // namespace fmferry::script
