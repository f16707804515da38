// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/byte_line.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/ports/forwarding_source.hpp>

#include <functional>

namespace fmferry {

// Counts the bytes of all bodies, those of failed tries too, and begins none beyond a line:
// fetch() fails with `budget` then, and has asked nobody. How long a container is, FileMaker's own
// calculations say where the job has them.
class MeteredSource final : public ForwardingSource {
 public:
  // Told the bytes read so far, now and then; an error ends the fetch that it came after.
  using Note = std::function<Status(std::int64_t bytes)>;

  // line and settings must outlive it.
  MeteredSource(Source& inner, ByteLine& line, const JobSettings& settings, Note note = {})
      : ForwardingSource(inner), line_(line), settings_(settings), note_(std::move(note)) {}

  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override;

 private:
  Status note_if_due();

  ByteLine& line_;
  const JobSettings& settings_;
  const Note note_;
  std::mutex mutex_;
  std::int64_t noted_{0};  // guarded by mutex_
};

}  // namespace fmferry
