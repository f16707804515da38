// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/draft.hpp>
#include <fmferry/app/progress_line.hpp>
#include <fmferry/app/same_source.hpp>
#include <fmferry/app/session.hpp>
#include <fmferry/app/shell.hpp>
#include <fmferry/app/verify_report.hpp>
#include <fmferry/engine/verify.hpp>

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <optional>
#include <random>

namespace fmferry {
namespace {

struct VerifyWishes {
  VerifyOptions options{};
  std::string sample{};
  std::string combined{};
  bool has_seed{false};
};

// "5%" or "0.5%".
std::optional<double> part_from(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  double percent = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (!(percent > 0 && percent <= 100)) return std::nullopt;
  return percent / 100;
}

Status settle_wishes(VerifyWishes& wishes, const Shell& shell) {
  VerifyOptions& options = wishes.options;
  const auto usage = [](const char* what) { return fail(ErrorKind::invalid, what); };
  if (!wishes.sample.empty()) {
    const auto part = part_from(wishes.sample);
    if (!part) return usage("--sample takes a percentage such as 5%");
    options.sample = *part;
    options.deep = true;
    if (!wishes.has_seed) options.seed = std::random_device()();
  }
  if (options.reread_source && !options.ask_source) return usage("--source and --offline: which?");
  if (wishes.combined == "-" && shell.json) {
    return usage("--combined - and --json would share one output: name a file for one of them");
  }
  return {};
}

// What a text export of a whole file has put beside the objects.
bool is_text_export(const std::string& key) {
  return key.find('/') == std::string::npos && (key.ends_with(".csv") || key.ends_with(".jsonl"));
}

// Where the symbols go: nowhere, to stdout, or into a file that appears when it is whole.
class SymbolFile {
 public:
  Status open(const std::string& where) {
    if (where == "-") plain_ = true;
    if (where.empty() || plain_) return {};
    draft_.emplace(where);
    return draft_->open();
  }

  void add(char symbol, const std::string& key) {
    const std::string line = std::string(1, symbol) + " " + key + "\n";
    if (plain_) std::fputs(line.c_str(), stdout);
    if (draft_ && status_) status_ = draft_->add(line);
  }

  Status close() {
    if (!draft_ || !status_) return status_;
    return draft_->publish();
  }

 private:
  bool plain_{false};
  std::optional<Draft> draft_;
  Status status_;
};

ExitCode exit_code_for(Verdict verdict) {
  if (verdict == Verdict::failure) return ExitCode::failure;
  return verdict == Verdict::warning ? ExitCode::attention : ExitCode::success;
}

ExitCode run_verify(const Shell& shell, VerifyWishes wishes) {
  if (Status settled = settle_wishes(wishes, shell); !settled) {
    return complain(settled.error(), ExitCode::usage);
  }
  ExitCode code = ExitCode::success;
  auto config = configured(shell, code);
  if (!config || !has_ledger(*config, code)) return code;
  VerifyOptions& options = wishes.options;
  auto session = Session::open(*config,
                               {.source = true,
                                .source_answers = options.ask_source,
                                .store = true,
                                .catalogue = true,
                                .ledger = true},
                               shell.context);
  if (!session) return complain(session.error());
  const Job job = (*session)->job();
  if (Status same = check_same_source(job); !same) return complain(same.error(), ExitCode::usage);

  SymbolFile symbols;
  if (Status opened = symbols.open(wishes.combined); !opened) return complain(opened.error());
  options.symbols = [&symbols](char symbol, const std::string& key) { symbols.add(symbol, key); };
  if (config->source.is_file()) options.is_own = is_text_export;
  std::FILE* const out = wishes.combined == "-" ? stderr : stdout;
  std::vector<Finding> listed;
  const FindingSink tell = [&](const Finding& finding) {
    if (listed.size() >= k_listed_findings) return;
    listed.push_back(finding);
    if (!shell.json) std::fprintf(out, "%s\n", finding_text(finding).c_str());
  };
  Result<VerifyReport> report = fail(ErrorKind::internal, "");
  {
    const ProgressLine line((*session)->progress(), shell.quiet || shell.json);
    report = verify(job, options, tell, shell.context);
  }
  if (!report) return complain(report.error());
  if (Status closed = symbols.close(); !closed) return complain(closed.error());
  std::fputs(shell.json ? verify_json(*report, options, listed).c_str()
                        : verify_text(*report, options).c_str(),
             out);
  return exit_code_for(report->verdict);
}

}  // namespace

void declare_verify(CLI::App& app, Shell& shell) {
  auto wishes = std::make_shared<VerifyWishes>();
  CLI::App* command =
      app.add_subcommand("verify", "compare source, ledger, store and catalogue; change nothing");
  VerifyOptions& options = wishes->options;
  command->add_flag("--deep", options.deep, "read every object again and compare its SHA-256");
  command->add_option("--sample", wishes->sample, "--deep and --source for this part only: 5%");
  command
      ->add_option_function<std::uint64_t>(
          "--seed",
          [wishes](std::uint64_t seed) {
            wishes->options.seed = seed;
            wishes->has_seed = true;
          },
          "which part: the same number, the same records [random, printed]")
      ->needs("--sample");
  command->add_flag(
      "--source", options.reread_source, "read the containers at the source again, too");
  command->add_flag_callback(
      "--offline", [wishes] { wishes->options.ask_source = false; }, "do not ask the source");
  command->add_option("--combined",
                      wishes->combined,
                      "a line an object, into FILE or - for stdout:\n"
                      "= good, - missing in the store, + only there, * differs, ! error");
  command->add_flag("--json", shell.json, "results as one JSON object");
  command->callback(
      [&shell, wishes] { shell.action = [&shell, wishes] { return run_verify(shell, *wishes); }; });
  command->footer(
      "Example: fmferry verify --sample 5% --source --combined objects.txt\n"
      "Exit status: 0 OK, 3 WARNING (what was moved is right, something around it changed),\n"
      "1 FAILURE. docs/manual/verify.md tells what each finding means.");
}

}  // namespace fmferry
