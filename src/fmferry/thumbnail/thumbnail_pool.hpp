// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/thumbnailer.hpp>
#include <fmferry/thumbnail/worker.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace fmferry {

struct ThumbnailOptions {
  std::filesystem::path program{};  // fmferry-thumbnailer
  int workers{2};
  int edge{300};  // the thumbnail fits into a square of this size
  int quality{85};
  thumbnail::Format format{thumbnail::Format::jpeg};
  std::int64_t max_pixels{100'000'000};     // of the picture; more are not decoded
  std::int64_t memory{512 << 20};           // of a worker, besides its program and libraries
  std::int64_t largest{100 << 20};          // of a file
  std::chrono::milliseconds limit{20'000};  // for one picture
};

// Thumbnails by processes that are shut in (docs/manual/thumbnails.md), as many as `workers`. One
// that dies, takes too long or says anything but an answer is replaced. They are used again and
// again, but a picture is only given up on the word of one that saw no other before: what a hostile
// file leaves behind costs no other file its thumbnail.
class ThumbnailPool final : public Thumbnailer {
 public:
  // Starts one worker to see that it can be done; `invalid` when not.
  static Result<std::unique_ptr<ThumbnailPool>> open(ThumbnailOptions options,
                                                     const CallContext& context);

  [[nodiscard]] int lanes() const override { return options_.workers; }

  [[nodiscard]] bool takes(const std::string& media_type) const override;

  [[nodiscard]] std::int64_t largest() const override { return options_.largest; }

  Result<ThumbnailAnswer> make(ByteView bytes,
                               const std::string& media_type,
                               const CallContext& context) override;

  // Which walls the first worker said that it has.
  [[nodiscard]] const thumbnail::Hello& walls() const { return walls_; }

  // The processes that wait for work.
  [[nodiscard]] std::vector<pid_t> idle() const;

  // The workers started so far.
  [[nodiscard]] int started() const;

 private:
  using WorkerPtr = std::unique_ptr<thumbnail::Worker>;

  explicit ThumbnailPool(ThumbnailOptions options) : options_(std::move(options)) {}

  Status enter(const CallContext& context);
  void leave(WorkerPtr worker);
  WorkerPtr take_idle();
  Result<WorkerPtr> start(const CallContext& context);
  Result<ThumbnailAnswer> make_in_lane(ByteView bytes,
                                       WorkerPtr& worker,
                                       const CallContext& context);
  [[nodiscard]] ThumbnailAnswer finished(thumbnail::Worker::Reply reply) const;
  [[nodiscard]] thumbnail::Request request() const;

  const ThumbnailOptions options_;
  thumbnail::Hello walls_{};
  mutable std::mutex mutex_;
  std::condition_variable_any freed_;
  // Guarded by mutex_:
  std::vector<WorkerPtr> idle_;
  int busy_{0};
  int started_{0};
};

}  // namespace fmferry
