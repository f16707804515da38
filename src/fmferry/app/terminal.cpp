// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/terminal.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace fmferry {
namespace {

// What is typed up to the end of the line, without a buffer that would keep a password around.
std::string read_line() {
  std::string line;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

// Switches the terminal's echo off, and on again whatever happens.
class SilentTerminal {
 public:
  SilentTerminal() {
    silent_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!silent_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }

  ~SilentTerminal() {
    if (silent_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  [[nodiscard]] bool is_silent() const { return silent_; }

 private:
  termios before_{};
  bool silent_{false};
};

}  // namespace

bool can_ask() {
  return ::isatty(STDIN_FILENO) == 1;
}

bool confirm(const std::string& question) {
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  const std::string answer = to_lower(trim(read_line()));
  return answer == "y" || answer == "yes";
}

Result<Secret> ask_secret(const std::string& question, const std::string& what) {
  if (!can_ask()) {
    return fail(ErrorKind::denied,
                "nobody can be asked for the " + what +
                    ": standard input is no terminal. Use \"env:NAME\" or \"file:PATH\"");
  }
  std::string typed;
  {
    const SilentTerminal terminal;
    if (!terminal.is_silent()) {
      return fail(ErrorKind::denied, "the terminal would show the " + what);
    }
    std::fprintf(stderr, "%s: ", question.c_str());
    typed = read_line();
    std::fputc('\n', stderr);
  }
  if (typed.empty()) return fail(ErrorKind::denied, "no " + what + " was typed");
  return Secret(std::move(typed));
}

}  // namespace fmferry
