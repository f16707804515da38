// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/inside/script_answer.hpp>
#include <fmferry/filemaker/inside/script_uploader.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/kill_point.hpp>

#include <boost/json.hpp>

namespace fmferry::inside {
namespace {

namespace json = boost::json;

using filemaker::integer_of;

constexpr std::size_t k_md5_size = 16;

json::object parameter_of(std::span<const UploadJob> jobs) {
  json::array list;
  for (const auto& job : jobs) {
    list.push_back(json::object{{"id", job.id},
                                {"recordId", std::to_string(job.record_id)},
                                {"container", job.container},
                                {"url", job.url}});
  }
  return {{"jobs", std::move(list)}};
}

UploadProblem problem_of(const std::string& word, int status) {
  if (word.empty()) return UploadProblem::none;
  if (word == "not_found") return UploadProblem::record_not_found;
  if (word == "empty" || word == "no_file") return UploadProblem::no_file;
  return word == "upload_failed" && status != 0 ? UploadProblem::refused : UploadProblem::failed;
}

// An answer that proves nothing must not pass for one that does.
bool lacks_proof(const json::object& part, const UploadResult& result) {
  const bool odd_md5 = !text_in(part, "md5").empty() && result.md5.size() != k_md5_size;
  return !result.length || !integer_of(part, "modId") || odd_md5;
}

UploadResult read_result(const json::object& part) {
  const std::string word = text_in(part, "problem");
  UploadResult result{.error = static_cast<int>(integer_of(part, "error").value_or(0)),
                      .status = static_cast<int>(integer_of(part, "status").value_or(0)),
                      .md5 = from_hex(text_in(part, "md5")).value_or(""),
                      .length = integer_of(part, "length"),
                      .file_name = text_in(part, "name"),
                      .mod_id = integer_of(part, "modId").value_or(0)};
  result.problem = problem_of(word, result.status);
  if (result.problem == UploadProblem::failed) {
    result.what = word + ", FileMaker code " + std::to_string(result.error);
  } else if (result.problem == UploadProblem::none && lacks_proof(part, result)) {
    result.problem = UploadProblem::failed;
    result.what = "the script's answer lacks length, checksum or modification id";
  }
  return result;
}

}  // namespace

Result<std::vector<UploadResult>> ScriptUploader::upload(std::span<const UploadJob> jobs,
                                                         const CallContext& context) {
  FMF_KILL_POINT("inside.upload.before");
  FMF_TRY_ASSIGN(const ScriptAnswer answer,
                 ask_script(door_, script_, "uploader", parameter_of(jobs), context));
  FMF_KILL_POINT("inside.upload.after");
  std::vector<UploadResult> results;
  for (const auto& job : jobs) {
    const auto part = answer.find({job.record_id, job.container});
    if (part == answer.end()) {
      results.push_back({.what = "the script said nothing about it"});
    } else if (text_in(part->second, "problem") == "unknown_container") {
      return fail(ErrorKind::invalid,
                  "the pasted script does not know the container " + job.container +
                      ": make it anew with `fmferry script uploader`");
    } else {
      results.push_back(read_result(part->second));
    }
  }
  return results;
}

}  // namespace fmferry::inside
