// SPDX-License-Identifier: Apache-2.0
#include <fmsim/command_line.hpp>

#include <exception>
#include <iostream>

int main(int count, char** arguments) {
  try {
    return fmsim::run_command_line(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "fmsim: " << error.what() << "\n";
    return 1;
  }
}
