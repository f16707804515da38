// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/s3_object_store.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

// Proven puts a second against a server: s3_speed ENDPOINT BUCKET [BYTES [PUTS [THREADS]]], with
// the keys from where AWS tools find them.
int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() < 3) return 2;
  const auto number = [&arguments](std::size_t at, int usual) {
    return arguments.size() > at ? std::atoi(arguments[at].c_str()) : usual;
  };
  const int length = number(3, 100'000);
  const int puts = number(4, 2'000);
  const int width = number(5, 8);

  fmferry::SystemClock clock;
  auto store = fmferry::s3::open_s3_object_store(
      {.bucket = arguments[2], .prefix = "speed/" + fmferry::uuid_v4(), .endpoint = arguments[1]},
      fmferry::s3::aws_credentials_chain(fmferry::s3::process_environment(), clock),
      clock);
  if (!store) return std::cerr << to_line(store.error()) << '\n', 1;
  if (const auto status = (*store)->probe({}); !status) {
    return std::cerr << to_line(status.error()) << '\n', 1;
  }
  std::atomic<int> next{0};
  std::atomic<int> failed{0};
  const auto begun = clock.now();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < width; ++t) {
      threads.emplace_back([&] {
        for (int i = next++; i < puts; i = next++) {
          std::string body(static_cast<std::size_t>(length), 'x');
          body.replace(0, std::min<std::size_t>(body.size(), 12), std::to_string(i));
          const auto receipt =
              (*store)->put(std::to_string(i), body, {.sha256 = fmferry::sha256(body)}, {});
          if (!receipt && failed++ == 0) std::cerr << to_line(receipt.error()) << '\n';
        }
      });
    }
  }
  const std::chrono::duration<double> took = clock.now() - begun;
  std::cout << "puts=" << puts << " bytes=" << length << " threads=" << width
            << " proof=" << name_of((*store)->capabilities().proof) << " failed=" << failed
            << " seconds=" << took.count() << " puts_per_second=" << puts / took.count() << '\n';
  return failed == 0 ? 0 : 1;
}
