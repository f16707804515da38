// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/fate.hpp>
#include <fmferry/foundation/log.hpp>
#include <fmferry/thumbnail/thumbnail_pool.hpp>

#include <algorithm>
#include <array>

namespace fmferry {
namespace {

using thumbnail::Outcome;
using thumbnail::Worker;

// Decoders leak a little and fragment their memory: nobody serves for ever.
constexpr int k_pictures_a_worker = 1000;

constexpr std::array<std::string_view, 9> k_pictures{"application/pdf",
                                                     "image/avif",
                                                     "image/gif",
                                                     "image/heic",
                                                     "image/heif",
                                                     "image/jpeg",
                                                     "image/png",
                                                     "image/tiff",
                                                     "image/webp"};

std::string_view problem_of(Outcome outcome) {
  return outcome == Outcome::undecodable ? reason::k_undecodable : reason::k_too_large;
}

std::string_view problem_of(const Error& error) {
  return error.kind == ErrorKind::timeout ? reason::k_too_slow : reason::k_worker_died;
}

}  // namespace

Result<std::unique_ptr<ThumbnailPool>> ThumbnailPool::open(ThumbnailOptions options,
                                                           const CallContext& context) {
  std::unique_ptr<ThumbnailPool> pool(new ThumbnailPool(std::move(options)));
  auto worker = pool->start(context);
  if (!worker) {
    if (worker.error().kind != ErrorKind::cancelled) worker.error().kind = ErrorKind::invalid;
    return fail(std::move(worker).error());
  }
  pool->walls_ = (*worker)->hello();
  pool->idle_.push_back(std::move(*worker));
  return pool;
}

bool ThumbnailPool::takes(const std::string& media_type) const {
  return std::ranges::find(k_pictures, media_type) != k_pictures.end();
}

Result<ThumbnailAnswer> ThumbnailPool::make(ByteView bytes,
                                            const std::string& media_type,
                                            const CallContext& context) {
  if (!takes(media_type)) return ThumbnailAnswer{.problem = reason::k_not_a_picture};
  if (static_cast<std::int64_t>(bytes.size()) > options_.largest) {
    return ThumbnailAnswer{.problem = reason::k_too_large};
  }
  FMF_TRY(enter(context));
  WorkerPtr worker = take_idle();
  auto answer = make_in_lane(bytes, worker, context);
  leave(std::move(worker));
  return answer;
}

// `worker`: the one to ask, or none; afterwards the one that may serve on, or none.
Result<ThumbnailAnswer> ThumbnailPool::make_in_lane(ByteView bytes,
                                                    WorkerPtr& worker,
                                                    const CallContext& context) {
  bool started_now = false;
  while (true) {
    if (worker == nullptr) {
      auto fresh = start(context);
      if (!fresh && fresh.error().kind == ErrorKind::cancelled) {
        return fail(std::move(fresh).error());
      }
      if (!fresh) {
        log(LogLevel::warning, to_line(fresh.error()));
        return ThumbnailAnswer{.problem = reason::k_worker_died};
      }
      worker = std::move(*fresh);
      started_now = true;
    }
    const bool is_fresh = worker->pictures() == 0;
    auto reply = worker->ask(request(), bytes, options_.limit, context);
    if (reply && (reply->answer.outcome == Outcome::made ||
                  reply->answer.outcome == Outcome::too_large || is_fresh)) {
      return finished(std::move(*reply));
    }
    worker.reset();
    if (reply) continue;
    if (reply.error().kind == ErrorKind::cancelled) return fail(std::move(reply).error());
    // One that waited for work may have died of anything. But time that is up is up: twice the
    // time would be no limit.
    if (started_now || reply.error().kind == ErrorKind::timeout) {
      return ThumbnailAnswer{.problem = problem_of(reply.error())};
    }
  }
}

ThumbnailAnswer ThumbnailPool::finished(Worker::Reply reply) const {
  const auto& answer = reply.answer;
  if (answer.outcome != Outcome::made) return {.problem = problem_of(answer.outcome)};
  const bool jpeg = options_.format == thumbnail::Format::jpeg;
  return {.thumbnail = Thumbnail{.bytes = std::move(reply.bytes),
                                 .width = static_cast<int>(answer.width),
                                 .height = static_cast<int>(answer.height),
                                 .media_type = jpeg ? "image/jpeg" : "image/webp",
                                 .extension = jpeg ? "jpg" : "webp"}};
}

thumbnail::Request ThumbnailPool::request() const {
  return {.edge = static_cast<std::uint32_t>(options_.edge),
          .quality = static_cast<std::uint32_t>(options_.quality),
          .format = static_cast<std::uint32_t>(options_.format),
          .max_pixels = static_cast<std::uint64_t>(options_.max_pixels)};
}

Status ThumbnailPool::enter(const CallContext& context) {
  std::unique_lock lock(mutex_);
  const bool got = freed_.wait(lock, context.stop, [this] { return busy_ < options_.workers; });
  if (!got) return fail(ErrorKind::cancelled, "interrupted");
  ++busy_;
  return {};
}

void ThumbnailPool::leave(WorkerPtr worker) {
  if (worker != nullptr && worker->pictures() >= k_pictures_a_worker) worker.reset();
  {
    const std::scoped_lock lock(mutex_);
    --busy_;
    if (worker != nullptr) idle_.push_back(std::move(worker));
  }
  freed_.notify_one();
}

ThumbnailPool::WorkerPtr ThumbnailPool::take_idle() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return nullptr;
  WorkerPtr worker = std::move(idle_.back());
  idle_.pop_back();
  return worker;
}

Result<ThumbnailPool::WorkerPtr> ThumbnailPool::start(const CallContext& context) {
  auto worker = Worker::start(options_.program, options_.memory, context);
  const std::scoped_lock lock(mutex_);
  started_ += worker ? 1 : 0;
  return worker;
}

std::vector<pid_t> ThumbnailPool::idle() const {
  const std::scoped_lock lock(mutex_);
  std::vector<pid_t> processes;
  for (const auto& worker : idle_) processes.push_back(worker->process());
  return processes;
}

int ThumbnailPool::started() const {
  const std::scoped_lock lock(mutex_);
  return started_;
}

}  // namespace fmferry
