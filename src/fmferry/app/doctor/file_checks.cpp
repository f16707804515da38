// SPDX-License-Identifier: Apache-2.0
//
// A closed file, as the source or as a server's backup.
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/app/doctor/sample.hpp>
#include <fmferry/app/file_source.hpp>

namespace fmferry::doctor {
namespace {

constexpr std::string_view k_see_file =
    "see docs/manual/file.md; `fmferry inspect FILE` says what the file holds";
// A large file is walked through.
constexpr std::chrono::seconds k_limit{600};

using Opened = Result<FileSource> (*)(const Config&);

Check file_check(Examination& examination,
                 std::shared_ptr<FileSource> file,
                 std::string name,
                 Opened open) {
  return {.name = std::move(name),
          .run =
              [&examination, file, open](const CallContext& context) {
                auto opened = open(examination.config);
                if (!opened) return fails(opened.error(), std::string(k_see_file));
                *file = std::move(*opened);
                const Status checked = file->source->check(context);
                if (!checked) return fails(checked.error(), std::string(k_see_file));
                return works("table, fields and containers are as configured");
              },
          .limit = k_limit};
}

}  // namespace

void add_file_checks(Examination& examination, std::vector<Check>& checks) {
  auto file = std::make_shared<FileSource>();
  checks.push_back(file_check(examination, file, "file", open_file_source));
  checks.push_back({.name = "sample",
                    .needs = {"file"},
                    .run =
                        [&examination, file](const CallContext& context) {
                          Finding finding = take_sample(*file->source, examination.sample, context);
                          if (finding.outcome == Outcome::fails) finding.to_do = k_see_file;
                          return finding;
                        },
                    .limit = k_limit});
}

void add_backup_check(Examination& examination, std::vector<Check>& checks) {
  if (!examination.config.source.has_backup()) return;
  checks.push_back(file_check(examination, std::make_shared<FileSource>(), "backup", open_backup));
}

}  // namespace fmferry::doctor
