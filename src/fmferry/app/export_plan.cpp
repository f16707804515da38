// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/export_plan.hpp>
#include <fmferry/app/toml_text.hpp>
#include <fmferry/foundation/file.hpp>

#include <boost/algorithm/string/join.hpp>

namespace fmferry {
namespace {

constexpr std::string_view k_state_name = ".fmferry";

std::filesystem::path absolute(const std::filesystem::path& path) {
  std::error_code ignored;
  auto made = std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
  return made.empty() ? path : made;
}

bool is_folder(const ExportRequest& request) {
  return !request.to.starts_with("s3://");
}

std::filesystem::path state_folder(const ExportRequest& request) {
  if (!request.state.empty()) return request.state;
  if (is_folder(request)) return std::filesystem::path(request.to) / k_state_name;
  return "fmferry-" + std::filesystem::path(request.file).stem().string();
}

std::string store_url(const ExportRequest& request) {
  if (!is_folder(request)) return request.to;
  // Relative, where it can be: the folder may be moved as a whole.
  return request.state.empty() ? ".." : absolute(request.to).string();
}

std::string default_key(const ExportRequest& request) {
  if (request.fields.empty()) return "{container}/{id}.{ext}";
  return request.id.empty() ? "{recordId}.{ext}" : "{id}.{ext}";
}

Status check_request(const ExportRequest& request) {
  const auto usage = [](std::string what) { return fail(ErrorKind::invalid, std::move(what)); };
  if (request.to.empty()) return usage("--to is missing: a folder, or s3://bucket/prefix");
  if (!request.fields.empty() && request.table.empty()) {
    return usage("--fields needs --table: whose fields are they?");
  }
  if (!request.id.empty() && request.fields.empty()) {
    return usage("--id needs --fields: without them every container value is exported by itself");
  }
  if (request.key.empty()) return {};
  const auto key = KeyTemplate::parse(request.key);
  return key ? Status() : usage("--key: " + key.error().what);
}

std::string text_of(const ExportRequest& request) {
  std::string text =
      "# Made by `fmferry export FILE`. The ledger and the manifest lie beside it.\n"
      "[source]\nkind = \"file\"\nfile = " +
      toml_text(absolute(request.file).string()) + "\n";
  if (request.fields.empty()) {
    if (!request.table.empty()) text += "tables = " + toml_text(std::vector{request.table}) + "\n";
  } else {
    text += "table = " + toml_text(request.table) + "\n";
  }
  if (request.allow_unclean) text += "allow_unclean = true\n";
  if (!request.fields.empty()) {
    text += "\n[record]\nid = " + toml_text(request.id) +
            "\ncontainers = " + toml_text(request.fields) + "\n";
  }
  return text + "\n[store]\nurl = " + toml_text(store_url(request)) +
         "\nkey = " + toml_text(request.key.empty() ? default_key(request) : request.key) + "\n";
}

// What the user may have added to the file (a store's endpoint, a pace) makes no other job of it.
std::vector<std::string> differences(const Config& one, const Config& other) {
  std::vector<std::string> found;
  const auto compare = [&](bool same, const char* what) {
    if (!same) found.emplace_back(what);
  };
  compare(one.source.kind == other.source.kind && one.source.file == other.source.file, "FILE");
  compare(one.source.table == other.source.table && one.source.tables == other.source.tables,
          "--table");
  compare(one.job.containers == other.job.containers, "--fields");
  compare(one.job.id_field == other.job.id_field, "--id");
  compare(one.job.key.text() == other.job.key.text(), "--key");
  compare(one.store.url == other.store.url, "--to");
  return found;
}

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (!error) return {};
  return fail(ErrorKind::invalid,
              "cannot make the folder " + folder.string() + ": " + error.message());
}

}  // namespace

Result<ExportPlan> plan_export(const ExportRequest& request) {
  FMF_TRY(check_request(request));
  ExportPlan plan;
  plan.config_file = state_folder(request) / "fmferry.toml";
  plan.text = text_of(request);
  FMF_TRY_ASSIGN(plan.config, parse_config(plan.text, plan.config_file));
  std::error_code ignored;
  plan.is_new = !std::filesystem::exists(plan.config_file, ignored);
  if (plan.is_new) return plan;
  FMF_TRY_ASSIGN(Config kept, load_config(plan.config_file));
  const auto differing = differences(kept, plan.config);
  if (!differing.empty()) {
    return fail(ErrorKind::invalid,
                plan.config_file.parent_path().string() + " belongs to another job, with another " +
                    boost::join(differing, " and another ") +
                    ": give the same command again, or another --to");
  }
  kept.source.allow_unclean = kept.source.allow_unclean || request.allow_unclean;
  plan.config = std::move(kept);
  return plan;
}

Status keep_plan(const ExportPlan& plan) {
  if (!plan.is_new) return {};
  const auto folder = plan.config_file.parent_path();
  if (folder.filename() == k_state_name) FMF_TRY(make_folder(folder.parent_path()));
  FMF_TRY(make_folder(folder));
  std::error_code ignored;
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  return write_file(plan.config_file, plan.text);
}

}  // namespace fmferry
