// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/work.hpp>

#include <atomic>
#include <thread>

namespace fmferry {

Status in_parallel(std::size_t count,
                   int width,
                   const CallContext& context,
                   const std::function<Status(std::size_t, const CallContext&)>& work) {
  Group group(context.stop);
  const CallContext inner{.stop = group.token(), .deadline = context.deadline};
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::min(count, static_cast<std::size_t>(width)); ++i) {
      workers.emplace_back([&] {
        while (true) {
          const std::size_t at = next++;
          if (at >= count || !group.carry_on(work(at, inner))) return;
        }
      });
    }
  }
  return group.result();
}

}  // namespace fmferry
