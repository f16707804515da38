// SPDX-License-Identifier: Apache-2.0
#include <fmsim/certificate.hpp>
#include <fmsim/claris/claris.hpp>
#include <fmsim/file_text.hpp>
#include <fmsim/http_server.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/serve.hpp>
#include <fmsim/simulator.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace fmsim {
namespace {

std::string read_file(const std::string& path) {
  auto text = read_whole(path);
  if (!text) throw std::runtime_error("cannot read " + path);
  return *std::move(text);
}

// The first line of edits.jsonl: edits belong to exactly this clinic.
std::string clinic_line(const ClinicSettings& settings, const Pool& pool) {
  std::string line = "{";
  append_raw_member(line, "records", std::to_string(settings.records));
  append_raw_member(line, "seed", std::to_string(settings.seed));
  append_member(line, "pictures", pool.fingerprint());
  return line + "}";
}

void load_faults(Simulator& simulator, const std::vector<std::string>& files) {
  if (files.empty()) return;
  if (files.size() == 1) {
    const std::string wrong = simulator.load_faults(read_file(files[0]));
    if (!wrong.empty()) throw std::runtime_error(files[0] + " " + wrong);
    return;
  }
  std::string script;
  for (const std::string& file : files) {
    std::string text = read_file(file);
    auto read = read_fault_script(text);
    if (auto* wrong = std::get_if<std::string>(&read))
      throw std::runtime_error(file + " " + *wrong);
    script += text + "\n";
  }
  simulator.load_faults(script);
}

void load_scripts(Simulator& simulator, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    try {
      simulator.load_script(read_file(file), std::filesystem::path(file).stem().string());
    } catch (const ScriptProblem& problem) {
      throw std::runtime_error(file + ": " + problem.what());
    }
  }
}

// The file appears in one piece, so that a script may wait for it.
void write_env(const ServerSettings& server, const std::string& folder, const std::string& url) {
  const std::string part = folder + "/env.part";
  std::ofstream out(part);
  out << "FMSIM_URL=" << url << "\n";
  if (!server.plain) out << "FMSIM_CA=" << folder << "/cert.pem\n";
  out << "FMSIM_DATABASE=" << k_database << "\n"
      << "FMSIM_USER=" << server.user << "\n"
      << "FMSIM_PASSWORD=" << server.password << "\n"
      << "FMSIM_PID=" << ::getpid() << "\n";
  if (server.cloud.on) {
    out << "FMSIM_USER_POOL_URL=" << url << claris::k_pool_path << "\n"
        << "FMSIM_USER_POOL=" << claris::k_pool_id << "\n"
        << "FMSIM_CLIENT_ID=" << claris::k_client_id << "\n"
        << "FMSIM_SIGN_IN_URL=" << url << "/\n";
  }
  out.close();
  if (!out) throw std::runtime_error("cannot write " + part);
  std::filesystem::permissions(
      part, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::rename(part, folder + "/env");
}

// Ends the process with status 0 when a connection that waits for its next request holds up the
// end.
void end_soon() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    std::_Exit(0);
  }).detach();
}

sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

}  // namespace

int serve(const ClinicSettings& settings,
          const ServerSettings& server,
          const ServeSettings& serve) {
  const sigset_t signals = block_signals();
  std::filesystem::create_directories(serve.folder);
  const std::string folder = std::filesystem::absolute(serve.folder).lexically_normal().string();
  const Pool pool =
      settings.corpus == "made" ? Pool::made() : Pool::open(settings.corpus, settings.full_size);
  const Clinic clinic(settings.seed, settings.records, pool);
  Journal journal(folder, clinic_line(settings, pool), serve.fresh);
  Simulator simulator(server, clinic, journal);
  load_faults(simulator, serve.fault_files);
  load_scripts(simulator, serve.script_files);
  if (!server.plain) ensure_certificate(folder);

  HttpServer http(server.plain ? "" : folder,
                  [&simulator](const Call& call) { return simulator.answer(call); });
  const int port = http.bind(serve.port);
  if (port == 0) {
    throw std::runtime_error("port " + std::to_string(serve.port) + " of 127.0.0.1 is taken");
  }
  const std::string url =
      (server.plain ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(port);
  std::atomic<bool> asked_to_end{false};
  std::jthread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    asked_to_end = true;
    simulator.stop();
    http.stop();
    end_soon();
  });
  write_env(server, folder, url);
  std::cout << "ready " << url << std::endl;
  http.run();
  if (!asked_to_end) {
    // The waiter can't be joined. Without an end, clients would wait for a server that never
    // answers.
    std::cerr << "fmsim: no more connections can be accepted: " << std::strerror(errno)
              << std::endl;
    std::_Exit(1);
  }
  return 0;
}

}  // namespace fmsim
